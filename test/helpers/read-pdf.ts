import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import createQpdf from '@neslinesli93/qpdf-wasm';
import { getDocument } from 'pdfjs-dist/legacy/build/pdf.mjs';

export interface ReadPdf {
  pages: { text: string; rotate: number; width: number; height: number; links: unknown[]; items: TextAt[] }[];
  info: Record<string, unknown>;
  /** The XMP packet as text; undefined where there is none. */
  xmp: string | undefined;
  outline: ReadOutline[];
  /** Named destinations: name to one-based page. */
  destinations: Map<string, number>;
  labels: string[] | null;
  fields: Map<string, number>;
  attachments: string[];
}

export interface ReadOutline {
  title: string;
  /** One-based; undefined where the bookmark leads nowhere. */
  page: number | undefined;
  items: ReadOutline[];
}

/** A run of text and its place on the page as the reader sees it: origin at the bottom left, units points. */
export interface TextAt {
  text: string;
  x: number;
  y: number;
}

/** What an independent reader (pdf.js) sees in these bytes. */
export async function readPdf(bytes: Uint8Array): Promise<ReadPdf> {
  const task = getDocument({ data: new Uint8Array(bytes), useSystemFonts: false, verbosity: 0 });
  const document = await task.promise;
  try {
    const pageOf = async (destination: unknown): Promise<number | undefined> => {
      const explicit =
        typeof destination === 'string' ? await document.getDestination(destination) : destination;
      const target: unknown = Array.isArray(explicit) ? explicit[0] : undefined;
      if (typeof target !== 'object' || target === null) return undefined;
      return (await document.getPageIndex(target as { num: number; gen: number }).catch(() => -2)) + 1;
    };
    const pages: ReadPdf['pages'] = [];
    for (let n = 1; n <= document.numPages; n += 1) {
      const page = await document.getPage(n);
      const viewport = page.getViewport({ scale: 1 });
      const content = await page.getTextContent();
      const items = content.items.flatMap((item) => {
        if (!('str' in item) || item.str === '') return [];
        const [x, y] = viewport.convertToViewportPoint(item.transform[4], item.transform[5]);
        return [{ text: item.str, x: x!, y: viewport.height - y! }];
      });
      const annotations = await page.getAnnotations();
      const links = await Promise.all(
        annotations
          .filter((annotation) => annotation.subtype === 'Link')
          .map(async (link) => link.url ?? (await pageOf(link.dest))),
      );
      const text = items.map((item) => item.text).join(' ');
      pages.push({ text, rotate: page.rotate, width: viewport.width, height: viewport.height, links, items });
    }
    const outlineOf = async (nodes: readonly OutlineNode[] | null): Promise<ReadOutline[]> =>
      Promise.all(
        (nodes ?? []).map(async ({ title, dest, items }) => ({
          title,
          page: await pageOf(dest),
          items: await outlineOf(items),
        })),
      );
    const destinations = new Map<string, number>();
    for (const [name, destination] of await document.getDestinations()) {
      destinations.set(name, (await pageOf(destination)) ?? 0);
    }
    const metadata = await document.getMetadata();
    const fields = [...((await document.getFieldObjects()) ?? [])];
    return {
      pages,
      info: metadata.info as Record<string, unknown>,
      xmp: metadata.metadata?.getRaw(),
      outline: await outlineOf(await document.getOutline()),
      destinations,
      labels: await document.getPageLabels(),
      fields: new Map(fields.map(([name, widgets]) => [name, widgets.length])),
      attachments: [...((await document.getAttachments()) ?? new Map<string, unknown>()).keys()],
    };
  } finally {
    await task.destroy();
  }
}

interface OutlineNode {
  title: string;
  dest: unknown;
  items: OutlineNode[];
}

/** Runs qpdf, a second independent reader, with `/in.pdf` as its input: exit code (0 clean, 3 warnings, 2 errors), output and `/out.pdf`. */
export async function qpdf(
  bytes: Uint8Array,
  ...args: string[]
): Promise<{ code: number; text: string; out: Buffer | undefined }> {
  const lines: string[] = [];
  const wasmBinary = await wasm;
  // This build ignores `print`: it binds console.log once, while it starts.
  const { log, error } = console;
  console.log = console.error = (line: string) => void lines.push(line);
  const starting = (createQpdf as unknown as (options: object) => Promise<Qpdf>)({
    wasmBinary,
    noInitialRun: true,
  });
  Object.assign(console, { log, error });
  const module = await starting;
  module.FS.writeFile('/in.pdf', bytes);
  const code = module.callMain(args);
  const written = args.includes('/out.pdf') && code !== 2;
  return {
    code,
    text: lines.join('\n'),
    out: written ? Buffer.from(module.FS.readFile('/out.pdf')) : undefined,
  };
}

interface Qpdf {
  callMain(args: string[]): number;
  FS: { writeFile(path: string, data: Uint8Array): void; readFile(path: string): Uint8Array };
}

const wasm = readFile(
  join(dirname(createRequire(import.meta.url).resolve('@neslinesli93/qpdf-wasm')), 'qpdf.wasm'),
);

/** Throws with qpdf's words unless the file's structure is without fault and without warnings. */
export async function qpdfCheck(bytes: Uint8Array): Promise<void> {
  const { code, text } = await qpdf(bytes, '--check', '/in.pdf');
  if (code !== 0) throw new Error(`qpdf --check answers ${code}: ${text}`);
}

/** Every object of the file as qpdf's JSON tells it: `obj:3 0 R` to `{ value }` or `{ stream }`. */
export async function qpdfObjects(bytes: Uint8Array): Promise<Record<string, QpdfObject>> {
  const { text } = await qpdf(bytes, '--json=2', '--json-key=qpdf', '/in.pdf');
  return (JSON.parse(text) as { qpdf: [unknown, Record<string, QpdfObject>] }).qpdf[1];
}

export interface QpdfObject {
  value?: unknown;
  stream?: { dict: Record<string, unknown> };
}

/** The file with every stream unpacked and unreferenced objects kept: what is not in here is not in the file. */
export async function plainBytes(bytes: Uint8Array): Promise<string> {
  const { code, text, out } = await qpdf(
    bytes,
    '--qdf',
    '--object-streams=disable',
    '--preserve-unreferenced',
    '/in.pdf',
    '/out.pdf',
  );
  if (!out) throw new Error(`qpdf --qdf answers ${code}: ${text}`);
  return out.toString('latin1');
}
