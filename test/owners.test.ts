import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { test } from 'node:test';

/** What ends or feeds a connection, and who may. An error that nobody hears there ends the process. */
const owners: [RegExp, string[]][] = [
  [/\.pipe\(|\.createReadStream\(/, ['send.ts']],
  [
    /\bsocket\??\.(end|write|destroy|destroySoon|resetAndDestroy)\(/,
    ['stalls.ts', 'upgrade.ts', 'server.ts', 'websocket.ts'],
  ],
];

test('streams and sockets of the edge have one owner', async () => {
  const folder = new URL('../server/http/', import.meta.url);
  for (const name of await readdir(folder))
    for (const [call, files] of owners)
      if (!files.includes(name))
        assert.doesNotMatch(await readFile(new URL(name, folder), 'utf8'), call, name);
});

test('no two files of the server have one name, so that whoever jumps by name lands right', async () => {
  const files = await readdir(new URL('../server/', import.meta.url), { recursive: true });
  const names = Map.groupBy(
    files.filter((path) => path.endsWith('.ts')),
    (path) => path.slice(path.lastIndexOf('/') + 1),
  );
  assert.deepEqual(
    [...names.values()].filter((paths) => paths.length > 1),
    [],
  );
});
