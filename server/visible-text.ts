/**
 * A name as it shows: without controls and line breaks, and without the marks that turn the direction of writing
 * (`report\u202Efdp.exe` shows as `reportexe.pdf`) or have no width. Joiners stay, which Persian, Indic scripts and emoji
 * are written with.
 */
export function visibleText(text: string): string {
  return text
    .normalize('NFC')
    .replace(/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Bidi_Control}\u200B\u2060\uFEFF]/gu, '')
    .trim();
}
