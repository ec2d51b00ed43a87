/** What texts are written in, for a sentence. */
export const written =
  'Latin, Greek, Cyrillic, Arabic, Hebrew, Devanagari, Thai, Chinese, Japanese and Korean';

/*
 * Scripts of today's languages (Unicode Standard Annex 31, tables 5 and 7) that there is no font for. Some fonts have a
 * few characters of them, but not what a word needs: letters join, and vowels stand before what they follow.
 */
const unwritten =
  'Adlam Armenian Balinese Bamum Batak Bengali Canadian_Aboriginal Chakma Cham Cherokee Coptic Ethiopic Georgian ' +
  'Gujarati Gurmukhi Hanifi_Rohingya Javanese Kannada Kayah_Li Khmer Lao Lepcha Limbu Lisu Malayalam Mandaic ' +
  'Meetei_Mayek Miao Mongolian Myanmar New_Tai_Lue Newa Nko Nyiakeng_Puachue_Hmong Ol_Chiki Oriya Osage Phags_Pa ' +
  'Samaritan Saurashtra Sinhala Sundanese Syloti_Nagri Syriac Tai_Le Tai_Tham Tai_Viet Tamil Telugu Thaana Tibetan ' +
  'Tifinagh Vai Wancho Yi';

let patterns: Map<string, RegExp> | undefined;

/** The name of a script that a text has characters of and that cannot be written; undefined where there is none. */
export function unwrittenScript(text: string): string | undefined {
  patterns ??= new Map(
    unwritten.split(' ').map((name) => [name.replaceAll('_', ' '), new RegExp(`\\p{Script=${name}}`, 'u')]),
  );
  for (const [name, pattern] of patterns) if (pattern.test(text)) return name;
  return undefined;
}
