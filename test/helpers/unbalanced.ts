import { deflateSync } from 'node:zlib';
import type { Random } from './random.ts';
import { RawPdf } from './raw-pdf.ts';

/** Content that draws, and leaves the graphics state in disorder: too many or too few `q`, `Q`, `BT`, `BMC`, an unfinished end. */
export function unbalancedContent(pick: Random): string {
  const tokens: string[] = [];
  const number = (low: number, high: number): string => pick.between(low, high).toFixed(2);
  const text = (): string =>
    `/F1 ${number(10, 30)} Tf 1 0 0 1 ${number(20, 250)} ${number(20, 350)} Tm (some words) Tj`;
  const pieces: readonly (() => string)[] = [
    () => 'q',
    () => 'q',
    () => 'Q',
    () => 'Q',
    () => `${number(0.5, 1.5)} 0 0 ${number(0.5, 1.5)} ${number(-20, 20)} ${number(-20, 20)} cm`,
    () => `${number(0, 0.9)} ${number(0, 0.9)} 1 rg`,
    () => `${number(20, 250)} ${number(20, 350)} ${number(5, 60)} ${number(5, 60)} re f`,
    () => `${number(2, 9)} w 10 ${number(20, 350)} m 280 ${number(20, 350)} l S`,
    () => `0 0 ${number(200, 290)} ${number(250, 390)} re W n`,
    () => `BT ${text()} ET`,
    () => `2 Tr 0.5 Tc 3 Ts BT ${text()} ET`,
    () => `/Span << /ActualText (Q Q) >> BDC BT ${text()} ET`,
    () => '/Layer BMC',
    () => 'EMC',
    () => '/OC /Hidden BDC',
    () => 'q BI /W 2 /H 2 /BPC 8 /CS /G ID \x00\x80\xc0\xff EI Q',
    () => '/Half gs',
    () => '% Q Q Q\n',
  ];
  for (let count = pick.below(25); count >= 0; count -= 1) tokens.push(pick.of(pieces)());
  tokens.push(pick.of(endings)(text));
  return tokens.join(pick.of([' ', '\n', '\r\n']));
}

const endings: readonly ((text: () => string) => string)[] = [
  () => '',
  () => '',
  () => 'Q',
  () => 'Q Q Q',
  () => 'q 2 0 0 2 9 9 cm',
  (text) => `BT ${text()}`,
  (text) => `BT ${text()} (never \\) ends`,
  (text) => `BT ${text()} [ (neither) -20`,
  () => '/Span << /A (b)',
  () => '10 20 m 30 40 l',
  () => '0 0 5 5 re W',
  () => '<0012',
  () => '3 4',
  () => '% no end of line',
];

/** A page of 300 by 400 with a font, a half transparent state and a layer that is off. @param streams what its content is cut into */
export function unbalancedPdf(streams: readonly string[], more = ''): Buffer {
  const file = new RawPdf();
  const [root, tree] = [file.reserve(), file.reserve()];
  const font = file.add('<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>');
  const layer = file.add('<< /Type /OCG /Name (Hidden) >>');
  const contents = streams.map((content) =>
    file.addStream('/Filter /FlateDecode', deflateSync(Buffer.from(content, 'latin1'))),
  );
  const resources = `/Font << /F1 ${font} 0 R >> /ExtGState << /Half << /ca 0.5 /CA 0.5 >> >> /Properties << /Hidden ${layer} 0 R >>`;
  const page = file.add(
    `<< /Type /Page /Parent ${tree} 0 R /MediaBox [0 0 300 400] /Resources << ${resources} >> /Contents [${contents.map((id) => `${id} 0 R`).join(' ')}] ${more} >>`,
  );
  file.set(tree, `<< /Type /Pages /Count 1 /Kids [${page} 0 R] >>`);
  file.set(
    root,
    `<< /Type /Catalog /Pages ${tree} 0 R /OCProperties << /OCGs [${layer} 0 R] /D << /OFF [${layer} 0 R] >> >> >>`,
  );
  return file.finish(root, undefined);
}

/** A stamp that cannot be overlooked. */
export const seal = [
  'stamp',
  { text: 'SEAL', x: 60, y: 150, size: 60, color: '#ff0000', opacity: 1 },
] as const;

/**
 * Where a page that was sealed does not look as it should, as `x,y`: as before, but for the seal.
 * @param alone the seal on an empty page
 * @param channels of a pixel
 */
export function faultsOf(
  before: Uint8Array,
  after: Uint8Array,
  alone: Uint8Array,
  channels: 3 | 4,
): string[] {
  const faults: string[] = [];
  let ink = 0;
  for (let at = 0; at < alone.length; at += channels) {
    const green = alone[at + 1];
    // The edges of letters are mixed with what is below.
    if (green !== 0 && green !== 255) continue;
    if (green === 0) ink += 1;
    const expected = green === 0 ? alone : before;
    const isSame = [at, at + 1, at + 2].every((sample) => Math.abs(after[sample]! - expected[sample]!) <= 2);
    if (!isSame) faults.push(`${(at / channels) % 300},${Math.floor(at / channels / 300)}`);
  }
  return ink > 1_000 ? faults : [...faults, 'there is no seal'];
}
