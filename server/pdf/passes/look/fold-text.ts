/**
 * Text as it is compared: without spaces, as PDFs have them between letters and lack them between words, and without
 * regard to capitals, ligatures and other ways to write the same.
 */
export function foldText(text: string): string {
  return text
    .normalize('NFKC')
    .toUpperCase()
    .replace(/[\s\p{Cf}]/gu, '');
}
