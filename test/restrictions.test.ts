import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makePdf } from './helpers/pdf.ts';
import { startServer } from './helpers/server.ts';

test('whatever is answered, browsers are told not to guess, frame or run it', async () => {
  await using server = await startServer({ worker: false });
  const client = await server.guest();
  const file = await client.upload(makePdf({ pages: 1 }));
  const html = { accept: 'text/html' };
  const cases: [string, Record<string, string>, RegExp][] = [
    ['/', html, /script-src 'self';/],
    ['/jobs/job_0', html, /script-src 'self';/],
    ['/graphql', html, /script-src 'unsafe-inline';.* connect-src 'self';/],
    [`/files/${file}`, client.headers, /^default-src 'none'; sandbox/],
    [`/files/${file}/thumbnail`, client.headers, /^default-src 'none'; sandbox/],
    ['/files/file_0', client.headers, /^default-src 'none'; sandbox/],
    ['/uploads/0', client.headers, /^default-src 'none'; sandbox/],
    ['/readyz', {}, /^default-src 'none'; sandbox/],
  ];
  for (const [path, headers, policy] of cases) {
    const response = await fetch(server.url + path, { headers });
    await response.arrayBuffer();
    const header = (name: string) => response.headers.get(name) ?? '';
    assert.deepEqual(
      [header('x-content-type-options'), header('x-frame-options'), header('referrer-policy')],
      ['nosniff', 'DENY', 'no-referrer'],
      path,
    );
    assert.match(header('content-security-policy'), policy, path);
    assert.match(header('content-security-policy'), /^default-src 'none';.*frame-ancestors 'none'/, path);
    assert.doesNotMatch(header('content-security-policy'), /https?:|unsafe-eval|\*/, path);
  }
});
