import { RawPdf } from './raw-pdf.ts';

export interface PlacedText {
  text: string;
  /** Where it begins: points, from the bottom left of the page as it lies in the file. */
  x: number;
  y: number;
  /** Default 10 points. */
  size?: number;
  /** Degrees, counter-clockwise. */
  angle?: number;
}

export interface TextPage {
  texts: readonly PlacedText[];
  rotate?: number;
  /** Default A4. */
  size?: readonly [number, number];
}

/** Every character of every font here is half as wide as high. */
export const advance = 0.5;

/**
 * Pages with text where it is wanted, in any script: the codes are of our own making, and only the font's ToUnicode says
 * what they mean. Characters may stand for several, as a ligature does: `ﬁ` is one code.
 */
export function makeTextPdf(pages: readonly TextPage[]): Buffer {
  const file = new RawPdf();
  const root = file.reserve();
  const tree = file.reserve();
  const alphabet = [...new Set(pages.flatMap(({ texts }) => texts.flatMap(({ text }) => [...text])))];
  const font = addFont(file, alphabet);
  const ids = pages.map(({ texts, rotate = 0, size = [595, 842] }) => {
    const drawn = texts.map(({ text, x, y, size: points = 10, angle = 0 }) => {
      const [sin, cos] = [Math.sin((angle * Math.PI) / 180), Math.cos((angle * Math.PI) / 180)];
      const codes = [...text].map((character) => hex(alphabet.indexOf(character) + 1)).join('');
      const matrix = [cos, sin, -sin, cos, x, y].map((value) => value.toFixed(5)).join(' ');
      return `BT /F ${points} Tf ${matrix} Tm <${codes}> Tj ET`;
    });
    const content = file.addStream('', Buffer.from(drawn.join('\n')));
    return file.add(
      `<< /Type /Page /Parent ${tree} 0 R /MediaBox [0 0 ${size.join(' ')}] /Rotate ${rotate} /Contents ${content} 0 R /Resources << /Font << /F ${font} 0 R >> >> >>`,
    );
  });
  file.set(tree, `<< /Type /Pages /Count ${ids.length} /Kids [${ids.map((id) => `${id} 0 R`).join(' ')}] >>`);
  file.set(root, `<< /Type /Catalog /Pages ${tree} 0 R >>`);
  return file.finish(root, undefined);
}

/** A page in a font and a character map that are not in the file: only the reader's own data tell what it says. */
export function makeJapanesePdf(shiftJis: string): Buffer {
  const file = new RawPdf();
  const root = file.reserve();
  const tree = file.reserve();
  const descendant = file.add(
    '<< /Type /Font /Subtype /CIDFontType0 /BaseFont /HeiseiMin-W3 /CIDSystemInfo << /Registry (Adobe) /Ordering (Japan1) /Supplement 2 >> /FontDescriptor << /Type /FontDescriptor /FontName /HeiseiMin-W3 /Flags 4 >> >>',
  );
  const font = file.add(
    `<< /Type /Font /Subtype /Type0 /BaseFont /HeiseiMin-W3 /Encoding /90ms-RKSJ-H /DescendantFonts [${descendant} 0 R] >>`,
  );
  const content = file.addStream('', Buffer.from(`BT /F 12 Tf 72 720 Td <${shiftJis}> Tj ET`));
  const page = file.add(
    `<< /Type /Page /Parent ${tree} 0 R /MediaBox [0 0 595 842] /Contents ${content} 0 R /Resources << /Font << /F ${font} 0 R >> >> >>`,
  );
  file.set(tree, `<< /Type /Pages /Count 1 /Kids [${page} 0 R] >>`);
  file.set(root, `<< /Type /Catalog /Pages ${tree} 0 R >>`);
  return file.finish(root, undefined);
}

/** Lines one below the other. */
export function lines(x: number, y: number, texts: readonly string[], leading = 12): PlacedText[] {
  return texts.map((text, index) => ({ text, x, y: y - index * leading }));
}

function addFont(file: RawPdf, alphabet: readonly string[]): number {
  const meanings = alphabet.map(
    (character, index) =>
      `<${hex(index + 1)}> <${Buffer.from(character, 'utf16le').swap16().toString('hex')}>`,
  );
  const map = file.addStream(
    '',
    Buffer.from(
      `/CIDInit /ProcSet findresource begin begincmap /CMapName /X def 1 begincodespacerange <00> <ff> endcodespacerange ${meanings.length} beginbfchar ${meanings.join(' ')} endbfchar endcmap end`,
    ),
  );
  const widths = alphabet.map(() => advance * 1_000).join(' ');
  return file.add(
    `<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /FirstChar 1 /LastChar ${alphabet.length} /Widths [${widths}] /ToUnicode ${map} 0 R >>`,
  );
}

function hex(code: number): string {
  return code.toString(16).padStart(2, '0');
}
