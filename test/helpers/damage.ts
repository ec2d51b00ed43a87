/** A way of breaking a file; `random` answers numbers from 0 to below 1. */
export type Damage = (file: Buffer, random: () => number) => Buffer;

const latin1 = (text: string): Buffer => Buffer.from(text, 'latin1');

/** Replaces some of what a pattern finds, and leaves the rest. */
function some(pattern: RegExp, by: (found: string, random: () => number) => string, share = 0.3): Damage {
  return (file, random) =>
    latin1(
      file.toString('latin1').replace(pattern, (found) => (random() < share ? by(found, random) : found)),
    );
}

const digit = (random: () => number): string => String(Math.floor(random() * 10));

/** How files come to be damaged: on disks, in the mail, by editors and by programs that count wrongly. */
export const damages: Readonly<Record<string, Damage>> = {
  'cut off': (file, random) => file.subarray(0, Math.floor(file.length * (0.3 + 0.7 * random()))),
  'offsets shifted': some(/^\d{10} \d{5} n/gm, (row, random) =>
    row.replace(/^\d{10}/, (at) => String(Number(at) + Math.floor(random() * 40 - 20)).padStart(10, '0')),
  ),
  'a start that is wrong': some(
    /startxref\s+\d+/g,
    (_, random) => `startxref\n${digit(random)}${digit(random)}9`,
    1,
  ),
  'a start without a number': some(/startxref\s+\d+/g, () => 'startxref', 1),
  'no start': some(/startxref\s+\d+\s+%%EOF\s*/g, () => '', 1),
  'a byte changed in a dictionary': (file, random) => {
    const copy = Buffer.from(file);
    for (let count = 0; count < 3; count += 1) {
      const dicts = [...copy.toString('latin1').matchAll(/<<[^<>]+>>/g)];
      const dict = dicts[Math.floor(random() * dicts.length)]!;
      copy[dict.index + Math.floor(random() * dict[0].length)] = 0x21 + Math.floor(random() * 94);
    }
    return copy;
  },
  'ends of objects missing': some(/\nendobj/g, () => ''),
  'ends of streams missing': some(/\nendstream/g, () => ''),
  'lengths that are wrong': some(/\/Length \d+/g, (_, random) => `/Length ${digit(random)}`),
  'lengths that are missing': some(/\/Length \d+(?: 0 R)?/g, () => ''),
  'lengths that lead nowhere': some(/\/Length \d+/g, () => '/Length 9999 0 R'),
  'a count that is wrong': some(/\/Count \d+/g, (_, random) => `/Count ${Math.floor(random() * 40)}`, 1),
  'kids that are none': some(/\d+ 0 R(?=[^[\]]*\])/g, () => 'null', 0.1),
  'a trailer twice': (file) => {
    const at = file.lastIndexOf('trailer');
    return at < 0 ? file : Buffer.concat([file, file.subarray(at)]);
  },
  'garbage around it': (file, random) => {
    const garbage = Buffer.from(Array.from({ length: 700 }, () => Math.floor(random() * 256)));
    return Buffer.concat([garbage, latin1('\n'), file, garbage]);
  },
  'lines of a printer before it': (file) =>
    Buffer.concat([latin1('@PJL SET RENDERMODE=COLOR\r\n'.repeat(80)), file]),
  'a version that is none': some(/%PDF-1\.\d/g, () => '%PDF-X.Y', 1),
  'line ends of an old machine': (file) => {
    const text = file.toString('latin1');
    // The data of streams stays what it is.
    return latin1(
      text.replace(/(stream\n[\s\S]*?\nendstream)|\n/g, (_, data?: string) =>
        data ? data.replace(/\nendstream$/, '\rendstream') : '\r',
      ),
    );
  },
  'another document after it': (file) => Buffer.concat([file, file.subarray(0, -1)]),
  'an object in two halves': some(/\nendobj\n/g, (found) => `${found}%%EOF\n`, 0.2),
};
