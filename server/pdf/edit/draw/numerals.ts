/** How a number is written. */
export const numberStyles = [
  'DECIMAL',
  'ROMAN_LOWER',
  'ROMAN_UPPER',
  'LETTERS_LOWER',
  'LETTERS_UPPER',
] as const;

export type NumberStyle = (typeof numberStyles)[number];

/** The highest number that has a numeral in the style; the Romans had no sign above M. */
export function highestIn(style: NumberStyle): number {
  return style.startsWith('ROMAN') ? 3_999 : Infinity;
}

/** A positive whole number: `12`, `xii`, `l`. Letters go on after z with aa, ab. */
export function numeral(value: number, style: NumberStyle): string {
  if (style === 'DECIMAL') return String(value);
  const lower = style.startsWith('ROMAN') ? roman(value) : letters(value);
  return style.endsWith('UPPER') ? lower.toUpperCase() : lower;
}

const signs = [
  ['m', 1000],
  ['cm', 900],
  ['d', 500],
  ['cd', 400],
  ['c', 100],
  ['xc', 90],
  ['l', 50],
  ['xl', 40],
  ['x', 10],
  ['ix', 9],
  ['v', 5],
  ['iv', 4],
  ['i', 1],
] as const;

function roman(value: number): string {
  let rest = value;
  let written = '';
  for (const [sign, worth] of signs) {
    written += sign.repeat(Math.floor(rest / worth));
    rest %= worth;
  }
  return written;
}

function letters(value: number): string {
  let written = '';
  for (let rest = value; rest > 0; rest = Math.floor((rest - 1) / 26))
    written = String.fromCharCode(97 + ((rest - 1) % 26)) + written;
  return written;
}
