import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { sql } from 'drizzle-orm';
import { connect } from '../server/db/client.ts';
import { files } from '../server/db/tables.ts';
import { newId } from '../server/id.ts';
import { describeError, plainMessage } from '../server/log.ts';
import { createDatabase } from './helpers/database.ts';

/** Looks like a line of a stack, which is to stay. */
const subject = 'alice@example.org\n    at work';

test('a failed statement is told by code, text, place and constraint, and without what users gave', async (t) => {
  await using database = await createDatabase();
  const { db, sql: driver, close } = connect(database.url, 1);
  const row = { name: 'a.pdf', bytes: 1, mediaType: 'application/pdf', sha256: '', storageKey: subject };
  const insert = () => db.insert(files).values({ ...row, id: newId(), issuer: 'octavo', subject });
  await insert();
  const failures: [what: string, code: string, fail: () => PromiseLike<unknown>][] = [
    ['a constraint, where Postgres quotes the row', '23505', insert],
    ['what cannot be read, by Drizzle', '22P02', () => db.execute(sql`select ${subject}::text::uuid`)],
    ['what cannot be read, by the driver', '22P02', () => driver`select ${subject}::text::uuid`],
  ];
  for (const [what, code, fail] of failures)
    await t.test(what, async () => {
      const error = await Promise.resolve(fail()).then(
        () => assert.fail('it did not fail'),
        (thrown: Error) => thrown,
      );
      const told = JSON.stringify(describeError(error)) + plainMessage(error);
      assert.ok(!told.includes('alice') && !told.includes('at work'), told);
      assert.match(told, new RegExp(`"code":"${code}"`));
      assert.match(told, /\$1/);
      assert.match(told, /\\n +at .*\.[jt]s:/);
      if (code === '23505') assert.match(told, /"constraint_name":"files_storage_key"/);
    });
  await close();
});

test('the log is written that way', () => {
  const program = `
    const { createLog } = await import('./server/log.ts');
    const error = Object.assign(new Error('Failed query: select $1\\nparams: alice'), { query: 'select $1', params: ['alice'] });
    createLog('warn').child({ component: 'x' }).warn({ err: new Error('outer', { cause: error }) }, 'said');`;
  const { stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', program], {
    cwd: new URL('..', import.meta.url),
    encoding: 'utf8',
  });
  const { err, msg } = JSON.parse(stderr) as { err: { cause: { message: string } }; msg: string };
  assert.deepEqual([msg, err.cause.message], ['said', 'Failed query: select $1']);
  assert.ok(!stderr.includes('alice'));
});
