import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Trial } from './attempt.ts';
import { examples } from './examples.ts';
import { tryStep } from './step-trial.ts';
import { upload } from './upload.ts';
import type { Workbench } from './workbench.ts';

/** Puts a document through an upload and, where it is let in, through every step; reads what came of each. */
export async function* tryDocument(file: string, bench: Workbench): AsyncGenerator<Trial> {
  await mkdir(bench.home, { recursive: true });
  const path = join(bench.home, 'in.pdf');
  try {
    const { trial, pages } = await upload(file, path, bench);
    yield trial;
    if (trial.outcome !== 'done') return;
    const document = { file, path, pages, seen: await bench.reader.look(path) };
    for (const step of bench.steps)
      for (const example of examples[step]!) yield await tryStep(document, step, example, bench);
  } finally {
    await rm(bench.home, { recursive: true, force: true });
  }
}
