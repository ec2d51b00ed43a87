import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLog } from '../../server/log.ts';
import { createSlots } from '../../server/pdf/slot/slots.ts';
import type { Trial } from './attempt.ts';
import { makeCompanion } from './companion.ts';
import { findNativeReader } from './native-reader.ts';
import { npmReader } from './npm-reader.ts';
import type { Reader } from './reader.ts';
import { tryDocument } from './trial.ts';

export interface Order {
  documents: readonly string[];
  steps: readonly string[];
  /** Documents at a time. */
  jobs: number;
  maxPages: number;
  maxBytes: number;
  signal: AbortSignal;
  onTrial(trial: Trial): void;
}

/** What reads results: the tools of the system, or what npm has brought. */
export async function findReader(): Promise<Reader> {
  return (await findNativeReader()) ?? npmReader;
}

/** Puts documents through steps, in slots as a worker has them. Rejects with the signal's reason where it is aborted. */
export async function runCorpus(reader: Reader, order: Order): Promise<void> {
  const { documents, jobs, maxPages, signal, onTrial } = order;
  const home = await mkdtemp(join(tmpdir(), 'octavo-corpus-'));
  const slots = createSlots({ size: jobs, dir: join(home, 'slots'), maxPages, log: createLog('silent') });
  try {
    const bench = { ...order, slots, reader, ...(await makeCompanion(home, reader)) };
    const queue = documents.entries();
    const work = async (): Promise<void> => {
      for (const [index, document] of queue)
        for await (const trial of tryDocument(document, { ...bench, home: join(home, String(index)) })) {
          onTrial(trial);
          signal.throwIfAborted();
        }
    };
    await Promise.all(Array.from({ length: jobs }, work));
  } finally {
    await slots.close();
    await rm(home, { recursive: true, force: true });
  }
}
