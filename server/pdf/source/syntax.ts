/** White space, by ISO 32000-1, 7.2.2: NUL, tab, line feed, form feed, carriage return, space. */
export function isSpace(byte: number | undefined): boolean {
  return classes[byte!] === space;
}

/** Of `()<>[]{}/%`. */
export function isDelimiter(byte: number | undefined): boolean {
  return classes[byte!] === delimiter;
}

/** Neither white space nor a delimiter. */
export function isRegular(byte: number | undefined): boolean {
  return classes[byte!] === regular;
}

export function isDigit(byte: number | undefined): boolean {
  return byte! >= 0x30 && byte! <= 0x39;
}

const [regular, space, delimiter] = [0, 1, 2];
const classes = new Uint8Array(256);
for (const byte of Buffer.from('\0\t\n\f\r ')) classes[byte] = space;
for (const byte of Buffer.from('()<>[]{}/%')) classes[byte] = delimiter;
