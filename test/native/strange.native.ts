import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import { test } from 'node:test';
import type { Trial } from '../corpus/attempt.ts';
import { findDocuments } from '../corpus/documents.ts';
import { examples } from '../corpus/examples.ts';
import { findNativeReader } from '../corpus/native-reader.ts';
import { runCorpus } from '../corpus/run.ts';
import { isFault } from '../corpus/summary.ts';

/** Small documents, each of a kind that once went wrong: shared resources, an older copy of an object, odd names, … */
const folder = fileURLToPath(new URL('../fixtures/strange/', import.meta.url));

/** By document and step: what a reader sees that is not there. */
const invented: Record<string, string> = {
  'form-a.pdf extractText': 'MuPDF writes SIGN where a signature is to be',
  'form-b.pdf extractText': 'MuPDF writes SIGN where a signature is to be',
  'layer-basestate-off.pdf interleave':
    'MuPDF takes layers that are equal by value for one; poppler hides both',
};

test('documents of the kinds that once went wrong lose nothing in silence, in any step', async () => {
  const reader = await findNativeReader();
  assert.ok(reader, 'qpdf, poppler and MuPDF are here');
  const trials: Trial[] = [];
  await runCorpus(reader, {
    documents: await findDocuments([folder]),
    steps: Object.keys(examples),
    jobs: 2,
    maxPages: 1_000,
    maxBytes: 10e6,
    signal: new AbortController().signal,
    onTrial: (trial) => trials.push(trial),
  });
  const faults = trials.filter(isFault).map((trial) => ({
    ...trial,
    name: `${trial.file.slice(trial.file.lastIndexOf('/') + 1)} ${trial.step}`,
  }));
  assert.deepEqual(
    faults.filter(({ name }) => !(name in invented)),
    [],
  );
  assert.ok(trials.length > 15 * Object.keys(examples).length);
});
