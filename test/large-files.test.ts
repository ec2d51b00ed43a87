import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { test } from 'node:test';
import { createDatabase } from './helpers/database.ts';
import { Client } from './helpers/client.ts';
import { startRole } from './helpers/process.ts';

const imageBytes = 470 * 2 ** 20;

test('490 MB go in and out through a web process with a heap of 80 MB', async (t) => {
  if (process.platform !== 'linux') return t.skip('resident memory is read from /proc');
  await using database = await createDatabase();
  const folder = await mkdtemp(join(tmpdir(), 'octavo-large-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const path = join(folder, 'large.pdf');
  await writeLargePdf(path);
  await using web = await startRole({
    DATA_DIR: join(folder, 'data'),
    DATABASE_URL: database.url,
    AUTH_SECRET: 'a secret for tests that nobody else has',
    PORT: '0',
    ROLE: 'web',
    LOG_LEVEL: 'fatal',
    NODE_OPTIONS: '--max-old-space-size=80',
  });
  const client = await Client.guest(/http:\S+/.exec(web.ready)![0]);
  const { size } = await stat(path);

  const call = request(`${client.url}/files?name=large.pdf`, {
    method: 'POST',
    headers: { ...client.headers, 'content-length': size },
  });
  const answered = once(call, 'response');
  await pipeline(createReadStream(path), call);
  const [response] = await answered;
  const parts: Buffer[] = [];
  for await (const part of response) parts.push(part as Buffer);
  const file = JSON.parse(Buffer.concat(parts).toString()) as {
    id: string;
    bytes: number;
    pages: number;
    sha256: string;
  };
  assert.deepEqual([response.statusCode, file.bytes, file.pages], [201, size, 1]);

  const download = await fetch(`${client.url}/files/${file.id}`, { headers: client.headers });
  const hash = createHash('sha256');
  for await (const part of download.body!) hash.update(part);
  assert.equal(hash.digest('hex'), file.sha256);

  const status = await readFile(`/proc/${web.process.pid}/status`, 'latin1');
  const peak = Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1]) / 1024;
  t.diagnostic(`peak resident memory of the web process: ${Math.round(peak)} MB`);
  assert.ok(peak < 300, `${peak} MB`);
});

/** One page with one image, written as a stream: this process shall not hold it either. */
async function writeLargePdf(path: string): Promise<void> {
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Resources << /XObject << /I 4 0 R >> >> >>',
  ];
  const offsets: number[] = [];
  let at = 0;
  function* bytes(): Generator<Buffer> {
    const text = (words: string): Buffer => {
      const chunk = Buffer.from(words, 'latin1');
      at += chunk.length;
      return chunk;
    };
    yield text('%PDF-1.7\n');
    for (const [index, object] of objects.entries()) {
      offsets.push(at);
      yield text(`${index + 1} 0 obj\n${object}\nendobj\n`);
    }
    offsets.push(at);
    const head = `/Type /XObject /Subtype /Image /Width 16384 /Height ${imageBytes / 16_384} /BitsPerComponent 8 /ColorSpace /DeviceGray`;
    yield text(`4 0 obj\n<< ${head} /Length ${imageBytes} >>\nstream\n`);
    const row = Buffer.alloc(2 ** 20, 0x80);
    for (let written = 0; written < imageBytes; written += row.length) {
      at += row.length;
      yield row;
    }
    yield text('\nendstream\nendobj\n');
    const start = at;
    const table = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('');
    yield text(
      `xref\n0 5\n0000000000 65535 f \n${table}trailer\n<< /Size 5 /Root 1 0 R >>\nstartxref\n${start}\n%%EOF\n`,
    );
  }
  await pipeline(bytes, createWriteStream(path));
}
