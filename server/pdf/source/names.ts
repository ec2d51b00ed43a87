import { PDFName } from 'pdf-lib';

/** The name that means this text, of one character a byte. The library's own maker takes `#41` in it for `A`. */
export function nameOf(meaning: string): PDFName {
  return PDFName.of(meaning.replaceAll('#', '#23'));
}

/** The name that is written so, after its slash (ISO 32000-1, 7.3.5). */
export function readName(written: string): PDFName {
  return nameOf(unescapeName(written));
}

/** What a name means that is written so: `A#42` is `AB`. */
export function unescapeName(written: string): string {
  if (!written.includes('#')) return written;
  return written.replace(/#([\da-f]{2})/gi, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
}
