import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { number, readConfig, setting, settings } from '../server/config.ts';

test('defaults, variables, flags: the later beats the earlier, and an empty one is unset', () => {
  assert.equal(readConfig({}).PORT, 4000);
  assert.equal(readConfig({ PORT: '5000' }).PORT, 5000);
  assert.equal(readConfig({ PORT: '' }).PORT, 4000);
  assert.equal(readConfig({ PORT: '5000' }, ['--port', '6000']).PORT, 6000);
  assert.equal(readConfig({}, ['--max-pages=12']).MAX_PAGES, 12);
});

test('a flag for what is true or false needs no value, any other does', () => {
  assert.equal(readConfig({}, ['--adopt-storage', '--port', '1']).ADOPT_STORAGE, true);
  assert.equal(readConfig({}, ['--guests', 'false']).GUESTS, false);
  assert.throws(() => readConfig({}, ['--port', '--host', 'x']), /--port: a value must follow; found none/);
  assert.throws(() => readConfig({}, ['--host']), /--host: a value must follow/);
});

test('what only one program takes is a flag of that program, no variable', () => {
  const own = { DAYS: setting('Days', number(1, 9), 3) };
  assert.equal(readConfig({ DAYS: '5' }, [], own).DAYS, 3);
  assert.equal(readConfig({}, ['--days', '5', '--port', '1'], own).DAYS, 5);
  assert.throws(() => readConfig({}, ['--days', '10', '--port', 'x'], own), /PORT: .*DAYS: must be/s);
  assert.throws(() => readConfig({}, ['--days', '5']), /--days: no such flag/);
});

test('all problems are told at once, by variable, with what was found', () => {
  const env = {
    PORT: 'http',
    WORKER_CONCURRENCY: '0',
    ROLE: 'boss',
    DATABASE_URL: 'postgres://db/octavo',
    PUBLIC_URL: 'ftp://x',
    CORS_ORIGINS: 'https://a.example, *',
  };
  assert.throws(
    () => readConfig(env, ['--colour', 'red']),
    ({ message }: Error) =>
      [
        'PORT: .*"http"',
        'WORKER_CONCURRENCY: .*"0"',
        'ROLE: .*all, web, worker.*"boss"',
        'PUBLIC_URL',
        'CORS_ORIGINS: .* without a path',
        'AUTH_SECRET: required',
        '--colour',
      ].every((line) => new RegExp(line).test(message)),
  );
});

test('a secret that is refused is not printed', () => {
  assert.throws(
    () => readConfig({ AUTH_SECRET: 'hunter2', DATABASE_URL: 'mysql://root:hunter2@db' }),
    ({ message }: Error) =>
      /AUTH_SECRET/.test(message) && /DATABASE_URL/.test(message) && !message.includes('hunter2'),
  );
});

test('of a list of secrets each must be long enough', () => {
  const [first, second] = ['a'.repeat(32), 'b'.repeat(32)];
  // The last is for what was signed when commas parted nothing.
  const both = `${first}, ${second}`;
  assert.deepEqual(readConfig({ AUTH_SECRET: both }).AUTH_SECRET, [first, second, both]);
  for (const list of [`${first},short`, `${first},`])
    assert.throws(() => readConfig({ AUTH_SECRET: list }), /AUTH_SECRET: each must have 32 characters/);
});

test('what belongs to the sign-in is given together, and as it must be', () => {
  const issuer = { OIDC_ISSUER: 'https://login.example.com/realms/team', OIDC_CLIENT_ID: 'octavo' };
  const config = readConfig({ ...issuer, OIDC_ADMINS: 'groups=a=b', OIDC_SCOPES: 'openid groups' });
  assert.equal(config.OIDC_ISSUER, issuer.OIDC_ISSUER);
  assert.deepEqual(config.OIDC_ADMINS, ['groups', 'a=b']);
  const bad: [Record<string, string>, RegExp][] = [
    [{ OIDC_CLIENT_ID: '' }, /OIDC_CLIENT_ID: required where OIDC_ISSUER is set/],
    [{ OIDC_ISSUER: '' }, /OIDC_ISSUER: required where OIDC_CLIENT_ID is set/],
    [{ OIDC_ISSUER: 'login.example.com' }, /OIDC_ISSUER: must be an http or https URL/],
    [{ OIDC_ISSUER: 'https://login.example.com/?a=b' }, /OIDC_ISSUER: must be .* without a query/],
    [{ OIDC_SCOPES: 'profile' }, /OIDC_SCOPES: must have "openid"/],
    [{ OIDC_TRUSTED_ISSUERS: 'https://a.example, b' }, /OIDC_TRUSTED_ISSUERS: must be an http or https URL/],
    [
      { AUTH_ISSUER: 'https://a.example', OIDC_TRUSTED_ISSUERS: 'https://a.example' },
      /OIDC_TRUSTED_ISSUERS: must not name AUTH_ISSUER/,
    ],
    [{ OIDC_ADMINS: 'pdf-admins' }, /OIDC_ADMINS: must be a claim and its value/],
  ];
  for (const [change, said] of bad) assert.throws(() => readConfig({ ...issuer, ...change }), said);
});

test("a role of its own needs a database of the operator's", () => {
  assert.throws(() => readConfig({ ROLE: 'worker' }), /DATABASE_URL: required where ROLE is worker/);
});

/** Defaults that depend on where it runs. */
const machines: Record<string, string> = {
  DATA_DIR: '`.octavo`',
  WORKER_CONCURRENCY: 'cores',
  MAX_CONNECTIONS: 'two thirds of `ulimit -n`',
};

test('the README lists every variable with its default, and no other', async () => {
  const readme = await readFile(new URL('../README.md', import.meta.url), 'utf8');
  const rows = [...readme.matchAll(/^\| `([A-Z_]+)` \| (.*?) \| (.*) \|$/gm)].map(
    ([, name, fallback, doc]) => ({ name, fallback, doc }),
  );
  const expected = Object.entries(settings).map(([name, { fallback, doc }]) => ({
    name,
    doc,
    fallback: machines[name] ?? (fallback === undefined ? '' : `\`${String(fallback)}\``),
  }));
  assert.deepEqual(rows, expected);
});
