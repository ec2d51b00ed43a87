import { PDFName } from 'pdf-lib';
import { AppError } from '../../errors.ts';
import { isOutOfMemory } from '../source/out-of-memory.ts';
import { readXref } from '../source/xref.ts';
import { memorySink } from '../write/memory-sink.ts';
import { openPagePass } from './pages/page-pass.ts';

interface Document {
  name: string;
  bytes: Buffer;
}

interface Readable<Opened> {
  opened: Opened;
  /** What was opened: the document's own, or written anew. */
  bytes: Buffer;
  /** What the user should know of the document, in sentences. */
  warnings: readonly string[];
}

/**
 * Opens a document in the reader of another project. One whose cross-reference is not true, or which is encrypted, that
 * reader would piece together or open in its own way: it is written anew from what is found here, so that what was
 * counted at the upload and is turned by `rotate` is read and drawn, too. So is one that it does not open at all.
 * @throws AppError as `loadSource`; as `open` what the document written anew makes it throw
 */
export async function openReadable<Opened>(
  document: Document,
  open: (bytes: Buffer) => Promise<Opened>,
  maxPages?: number,
): Promise<Readable<Opened>> {
  const xref = readXref(document.bytes);
  const isEncrypted = xref?.trailer.has(PDFName.of('Encrypt')) ?? false;
  try {
    if (xref && !isEncrypted)
      return { opened: await open(document.bytes), bytes: document.bytes, warnings: [] };
  } catch (error) {
    if (isOutOfMemory(error) || (error instanceof AppError && error.code !== 'BROKEN_PDF')) throw error;
  }
  const { bytes, warnings } = await writeAnew(document, maxPages);
  // That it is saved open is no news of a text or a picture.
  return { opened: await open(bytes), bytes, warnings: isEncrypted ? [] : warnings };
}

async function writeAnew(document: Document, maxPages = 20_000) {
  const fixed = { id: '', date: new Date(0).toISOString() };
  const input = { sources: [document], assets: new Map<string, Buffer>(), calls: [], fixed, maxPages };
  const pass = await openPagePass(input, () => {});
  const patches = Buffer.concat(await Array.fromAsync(await pass.range(0, pass.pages)));
  const sink = memorySink([document]);
  await pass.write([{ first: 0, last: pass.pages }], {
    stored: async (_, start, end) => patches.subarray(start, end),
    emit: () => sink,
  });
  return { bytes: sink.bytes(), warnings: pass.warnings };
}
