import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Client } from '../helpers/client.ts';
import { type Cluster, startCluster } from '../helpers/cluster.ts';
import { makePdf } from '../helpers/pdf.ts';
import { random } from '../helpers/random.ts';
import { type Belongings, requests } from './requests.ts';
import { tracesOf } from './traces.ts';
import { disturb } from './trouble.ts';

export interface EdgeReport {
  /** How often each kind of request was sent. */
  kinds: Map<string, number>;
  /** Each a sentence; empty where nothing is wrong. */
  faults: string[];
}

/**
 * Sends every kind of request, broken off in every way at random bytes, to a web process, many at once. Afterwards it
 * must be the same process, hold nothing, and serve everybody as before.
 */
export async function fuzzEdge(seed: number, count: number): Promise<EdgeReport> {
  const notes = await mkdtemp(join(tmpdir(), 'octavo-fuzz-'));
  const warnings = join(notes, 'warnings');
  const cluster = await startCluster({
    webs: 1,
    workers: 1,
    env: { MAX_SUBSCRIPTIONS: String(streamsOfOne), NODE_OPTIONS: `--redirect-warnings=${warnings}` },
  });
  const report: EdgeReport = { kinds: new Map(), faults: [] };
  const [url, web] = [new URL(cluster.webUrls[0]!), cluster.webs[0]!];

  async function tryOne(number: number, owners: readonly Belongings[]) {
    const chance = random(seed * 1_000_003 + number);
    const kind = chance.of(Object.keys(requests));
    report.kinds.set(kind, (report.kinds.get(kind) ?? 0) + 1);
    await disturb(Number(url.port), requests[kind]!(chance.of(owners), chance), chance);
    if (web.crashes > 0)
      report.faults.push(`the process ended at request ${number} or one beside it: ${kind}`);
  }

  try {
    const owners = await Promise.all(Array.from({ length: 8 }, () => settle(url.origin)));
    let next = 0;
    await Promise.all(
      Array.from({ length: atOnce }, async () => {
        while (next < count && report.faults.length === 0) await tryOne(next++, owners);
      }),
    );
    if (report.faults.length === 0) report.faults.push(...(await aftermath(cluster, owners[0]!)));
    const warned = await readFile(warnings, 'utf8').catch(() => '');
    report.faults.push(...warned.split('\n').filter((line) => /MaxListeners|unhandled/i.test(line)));
  } finally {
    await cluster.close();
    await rm(notes, { recursive: true });
  }
  return report;
}

const atOnce = 16;
/** More than are open at once; after the fuzz so many must fit again. */
const streamsOfOne = 20;

/** A user with a file, a job that has ended and half an upload. */
async function settle(url: string): Promise<Belongings> {
  const client = await Client.guest(url);
  const pdf = makePdf({ pages: 4 });
  const fileId = await client.upload(pdf);
  const jobId = await client.startJob([fileId], [{ split: { every: 1 } }]);
  await client.finish(jobId);
  const created = await fetch(`${url}/uploads`, {
    method: 'POST',
    headers: { ...client.headers, 'tus-resumable': '1.0.0', 'upload-length': String(pdf.length) },
  });
  assert.equal(created.status, 201);
  const html = await (await fetch(url)).text();
  return {
    token: client.token!,
    fileId,
    jobId,
    upload: new URL(created.headers.get('location')!, url).pathname,
    asset: /\/assets\/[\w.-]+\.js/.exec(html)![0],
    pdf: Buffer.from(pdf),
  };
}

/** What is wrong when all of them have gone. */
async function aftermath(cluster: Cluster, { token, fileId }: Belongings): Promise<string[]> {
  const client = new Client(cluster.webUrls[0]!, token);
  // A minute is how long an upload may stand still.
  const traces = await settled(() => tracesOf(cluster), 90_000);
  const streams = Array.from({ length: streamsOfOne }, () =>
    client.subscribe<object>('sse', 'subscription { jobsProgress { seq } }'),
  );
  // All ask before the job begins: who comes after its end hears nothing.
  const telling = Promise.all(streams.map(async (stream) => (await stream.next()).value?.errors));
  const jobId = await client.startJob([fileId], [{ rotate: { degrees: 90 } }]);
  const told = await telling;
  for (const stream of streams) await stream.return?.();
  const { state } = await client.finish(jobId);
  return [
    ...traces,
    ...told
      .filter((errors) => errors !== undefined)
      .map((errors) => `no stream any more: ${JSON.stringify(errors)}`),
    ...(state === 'COMPLETED' ? [] : [`a job ended ${state}`]),
  ];
}

/** Asks until the answer is empty, or for so long; the last answer. */
async function settled(ask: () => Promise<string[]>, patienceMs: number): Promise<string[]> {
  const end = Date.now() + patienceMs;
  for (;;) {
    const left = await ask();
    if (left.length === 0 || Date.now() > end) return left;
    await delay(200);
  }
}
