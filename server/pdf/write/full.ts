import { PDFDict, PDFRawStream, PDFRef, PDFStream } from 'pdf-lib';
import type { PDFObject } from 'pdf-lib';
import type { Draft } from '../edit/draft.ts';
import type { Edited } from '../edit/edit.ts';
import { Output } from './output.ts';
import type { OutputSink } from '../model/sink.ts';
import { reachable } from '../edit/reachable.ts';
import { withoutMetadata } from '../edit/strip.ts';
import { writeObjects } from './write-objects.ts';

/**
 * The whole document anew, only what is reachable, in object streams: for sources that are damaged or were encrypted,
 * and where metadata must really go.
 * @returns its length in bytes
 * @param strip leaves XMP packets, thumbnails and private data of programs out, wherever they hang
 */
export async function writeFull(
  { source, draft, info, id }: Edited,
  strip: boolean,
  sink: OutputSink,
  report: (done: number, total: number) => void,
): Promise<number> {
  const { root } = source.trailer;
  const found = reachable(info ? [root, info] : [root], (ref) => {
    const object = draft.resolve(ref);
    return object && strip ? stripped(object, draft) : object;
  });
  const objects = [...found].toSorted(([a], [b]) => a.objectNumber - b.objectNumber);
  const said = /%PDF-(1\.\d)/.exec(source.bytes.toString('latin1', 0, 1024))?.[1] ?? '1.7';
  // PDF/A-1 is made of PDF 1.4, which has no object streams.
  const kind = source.facts.pdfA?.startsWith('1') && !strip ? 'table' : 'stream';
  const out = new Output(sink);
  out.push(header(kind === 'stream' && said < '1.5' ? '1.5' : said));
  const size = draft.context.largestObjectNumber + 1;
  await writeObjects(out, objects, kind, { root, info, id, size }, report);
  return out.offset;
}

/** The first lines of a file; the second tells that it is binary (ISO 32000-1, 7.5.2). */
export function header(version: string): string {
  return `%PDF-${version}\n%\xe2\xe3\xcf\xd3\n`;
}

function stripped(object: PDFObject, draft: Draft): PDFObject {
  // What the job itself has set stays.
  const resolve = (value: PDFObject | undefined): unknown =>
    value instanceof PDFRef && draft.context.lookup(value) ? undefined : draft.resolve(value);
  if (object instanceof PDFDict) return withoutMetadata(object, resolve);
  if (!(object instanceof PDFStream)) return object;
  const dict = withoutMetadata(object.dict, resolve);
  return dict === object.dict ? object : PDFRawStream.of(dict, object.getContents());
}
