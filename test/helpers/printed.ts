import { deflateSync } from 'node:zlib';
import sharp, { type Sharp } from 'sharp';
import { openRenderer } from '../../server/pdf/passes/images/renderer.ts';
import { noise } from './noise.ts';
import { makePages } from './pages-pdf.ts';

/** What is printed, and how it is scanned. */
export interface Print {
  /** Columns of lines; Latin-1. */
  columns: readonly (readonly string[])[];
  font?: 'Times-Roman' | 'Helvetica' | 'Courier';
  /** Points. */
  size?: number;
  /** Pixels an inch of the scan; default 300. */
  dpi?: number;
  /** Degrees, clockwise, that the sheet lay askew by. */
  skew?: number;
  /** Degrees, clockwise, that the print lies turned by on the page: 0, 90, 180, 270. */
  turned?: number;
  /** Grain of the scan, 0 to 255. */
  grain?: number;
}

/** A small sheet, in points: there is less to look at than on A4. */
export const [wide, high] = [420, 300];
export const margin = 40;
export const leading = 1.3;

/** Gray pixels. */
export interface Scan {
  data: Buffer;
  width: number;
  height: number;
  turned: number;
}

/** Pages as they come from a printer, with text. */
export function printedPdf(prints: readonly Print[]): Buffer {
  return makePages(() =>
    prints.map(({ columns, font = 'Times-Roman', size = 11 }) => ({
      content: deflateSync(
        Buffer.from(
          columns
            .map((lines, column) => {
              const x = margin + (column * (wide - 2 * margin)) / columns.length;
              const shown = lines.map((line) => `(${line.replace(/[\\()]/g, '\\$&')}) Tj T*`).join('\n');
              return `BT /F ${size} Tf ${x} ${high - margin} Td ${leading * size} TL\n${shown}\nET`;
            })
            .join('\n'),
          'latin1',
        ),
      ),
      box: `0 0 ${wide} ${high}`,
      resources: `/Font << /F << /Type /Font /Subtype /Type1 /BaseFont /${font} /Encoding /WinAnsiEncoding >> >>`,
    })),
  );
}

/** The same printed and scanned: pictures without text. The grain is the same each time. */
export async function scan(prints: readonly Print[]): Promise<Scan[]> {
  const renderer = await openRenderer([{ name: 'print.pdf', bytes: printedPdf(prints) }]);
  const scans: Scan[] = [];
  for (const [page, { dpi = 300, skew = 0, turned = 0, grain = 12 }] of prints.entries()) {
    const [width, height] = [wide, high].map((points) => Math.round((points * dpi) / 72)) as [number, number];
    const drawn = await renderer.draw(0, page, () => ({ width, height }));
    const white = { background: 'white' };
    const askew = await raw(sharp(drawn!.data, { raw: { width, height, channels: 4 } }).rotate(skew, white));
    // As large as the sheet.
    const left = Math.floor((askew.info.width - width) / 2);
    const top = Math.floor((askew.info.height - height) / 2);
    const cut = await raw(open(askew).extract({ left, top, width, height }));
    const { data, info } = await raw(open(cut).rotate(turned));
    const grains = noise(0x10000, page + 1);
    for (const [at, value] of data.entries()) {
      const off = Math.round((grains[(at * 31) & 0xffff]! / 127.5 - 1) * grain);
      data[at] = Math.max(0, Math.min(255, value + off));
    }
    scans.push({ data, width: info.width, height: info.height, turned });
  }
  return scans;
}

type Raw = Awaited<ReturnType<typeof raw>>;

function raw(picture: Sharp) {
  return picture.greyscale().extractChannel(0).raw().toBuffer({ resolveWithObject: true });
}

function open({ data, info: { width, height } }: Raw): Sharp {
  return sharp(data, { raw: { width, height, channels: 1 } });
}

/** Pages that show scans and nothing else. @param more further entries of each page */
export function scannedPdf(scans: readonly Scan[], more = ''): Buffer {
  return makePages((file) =>
    scans.map(({ data, width, height, turned }) => {
      const [w, h] = turned % 180 === 0 ? [wide, high] : [high, wide];
      const entries = `/Type /XObject /Subtype /Image /Width ${width} /Height ${height} /ColorSpace /DeviceGray`;
      const image = file.addStream(
        `${entries} /BitsPerComponent 8 /Filter /FlateDecode`,
        deflateSync(data, { level: 1 }),
      );
      return {
        content: `q ${w} 0 0 ${h} 0 0 cm /Im Do Q`,
        resources: `/XObject << /Im ${image} 0 R >>`,
        box: `0 0 ${w} ${h}`,
        more,
      };
    }),
  );
}

/** Characters that must be changed, of those that were printed, to come from one text to the other; spaces count once. */
export function characterErrors(printed: string, read: string): number {
  const [wanted, got] = [printed, read].map((text) => [...text.replace(/\s+/g, ' ').trim()]) as [
    string[],
    string[],
  ];
  let row = Array.from({ length: got.length + 1 }, (_, index) => index);
  for (const [index, character] of wanted.entries()) {
    const next = [index + 1];
    for (const [column, other] of got.entries())
      next.push(
        Math.min(next[column]! + 1, row[column + 1]! + 1, row[column]! + (character === other ? 0 : 1)),
      );
    row = next;
  }
  return row.at(-1)! / wanted.length;
}
