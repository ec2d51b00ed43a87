import { copyFile, open, stat } from 'node:fs/promises';
import { AppError } from '../../server/errors.ts';
import { empty, tooLarge } from '../../server/files/intake.ts';
import { sniff, sniffBytes } from '../../server/files/sniff.ts';
import { attempt, type Trial, Unreadable } from './attempt.ts';
import type { Workbench } from './workbench.ts';

/** Takes a copy of a document and looks at it, as an upload is. @returns its pages too, as the engine counts them */
export async function upload(
  file: string,
  path: string,
  { slots, reader, maxBytes, signal }: Workbench,
): Promise<{ trial: Trial; pages: number }> {
  let pages = 0;
  const trial = await attempt(file, 'upload', signal, async (until) => {
    await copyFile(file, path).catch((error: Error) => {
      throw new Unreadable(error.message);
    });
    await assertTaken(path, maxBytes);
    ({ pages } = await slots.use(until, (slot) => slot.inspect(path)));
  });
  if (!['done', 'unreadable', 'NOT_A_PDF'].includes(trial.outcome)) {
    const { code, structures } = await reader.look(path, []);
    const state = code === 0 ? 'without a fault' : 'with faults';
    trial.message += structures
      ? ` qpdf finds ${structures.links.length} pages in it, ${state}.`
      : ' Other readers cannot read it either.';
  }
  return { trial, pages };
}

/** What an upload is refused for before a slot sees it. */
async function assertTaken(path: string, maxBytes: number): Promise<void> {
  const { size } = await stat(path);
  if (size === 0) throw empty();
  if (size > maxBytes) throw tooLarge(maxBytes);
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(sniffBytes), 0, sniffBytes, 0);
    if (sniff(buffer.subarray(0, bytesRead)) !== 'application/pdf')
      throw new AppError('NOT_A_PDF', 'This is not a PDF: it does not begin as one.');
  } finally {
    await file.close();
  }
}
