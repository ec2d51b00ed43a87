/*
 * Scripts of today's languages (Unicode Standard Annex 31, tables 5 and 7), other than those that are written. Many need more
 * than a glyph for each character: Arabic letters join, Indic vowels stand before what they follow, Hebrew runs the
 * other way. Without that a word is wrong even where the font has all its characters.
 */
const unwritten =
  'Adlam Arabic Armenian Balinese Bamum Batak Bengali Bopomofo Canadian_Aboriginal Chakma Cham Cherokee Coptic ' +
  'Devanagari Ethiopic Georgian Gujarati Gurmukhi Han Hangul Hanifi_Rohingya Hebrew Hiragana Javanese Kannada ' +
  'Katakana Kayah_Li Khmer Lao Lepcha Limbu Lisu Malayalam Mandaic Meetei_Mayek Miao Mongolian Myanmar New_Tai_Lue ' +
  'Newa Nko Nyiakeng_Puachue_Hmong Ol_Chiki Oriya Osage Phags_Pa Samaritan Saurashtra Sinhala Sundanese ' +
  'Syloti_Nagri Syriac Tai_Le Tai_Tham Tai_Viet Tamil Telugu Thaana Thai Tibetan Tifinagh Vai Wancho Yi';

let patterns: Map<string, RegExp> | undefined;

/** The name of a script that a text has characters of and that cannot be written; undefined where there is none. */
export function unwrittenScript(text: string): string | undefined {
  patterns ??= new Map(
    unwritten.split(' ').map((name) => [name.replaceAll('_', ' '), new RegExp(`\\p{Script=${name}}`, 'u')]),
  );
  for (const [name, pattern] of patterns) if (pattern.test(text)) return name;
  return undefined;
}
