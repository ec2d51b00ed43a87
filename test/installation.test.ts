import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { test } from 'node:test';
import { connect } from '../server/db/client.ts';
import { files } from '../server/db/tables.ts';
import { createDiskStorage } from '../server/files/disk.ts';
import { findInstallation, joinStorage } from '../server/files/installation.ts';
import { newId } from '../server/id.ts';
import { createLog } from '../server/log.ts';
import { createDatabase } from './helpers/database.ts';

const log = createLog('silent');

/** A database that a new version has never seen. */
async function openDatabase() {
  const { url, [Symbol.asyncDispose]: drop } = await createDatabase();
  const { db, close } = connect(url, 2);
  return {
    db,
    id: () => findInstallation(db),
    async knows(key: string) {
      const row = { name: 'a.pdf', bytes: 1, mediaType: 'application/pdf', sha256: '' };
      await db.insert(files).values({ ...row, id: newId(), issuer: 'octavo', subject: 'a', storageKey: key });
    },
    async join(folder: Awaited<ReturnType<typeof makeFolder>>, adopt = false) {
      await joinStorage(db, folder.storage, {
        database: 'DATABASE_URL (x)',
        storage: 'DATA_DIR (y)',
        adopt,
        log,
      });
    },
    [Symbol.asyncDispose]: async () => {
      await close();
      await drop();
    },
  };
}

async function makeFolder() {
  const path = await mkdtemp(join(tmpdir(), 'octavo-installation-'));
  const storage = await createDiskStorage(path);
  return {
    storage,
    id: async () => (await readFile(join(path, 'installation'), 'utf8')).trim(),
    async store(...keys: string[]) {
      const { signal } = new AbortController();
      for (const key of keys) await storage.write(key, Readable.from(['x']), new PassThrough(), signal);
    },
    [Symbol.asyncDispose]: () => rm(path, { recursive: true }),
  };
}

test('the first start gives database and storage one id, however many start at once, and later ones find it', async () => {
  await using database = await openDatabase();
  await using folder = await makeFolder();
  await Promise.all([database.join(folder), database.join(folder)]);
  const id = await folder.id();
  assert.equal(await database.id(), id);
  await folder.store('uploads/a');
  await database.join(folder);
  assert.equal(await folder.id(), id);
});

test('a folder of another installation is refused with both ids, and adopted where that is wished', async () => {
  await using database = await openDatabase();
  await using other = await openDatabase();
  await using folder = await makeFolder();
  await using others = await makeFolder();
  await database.join(folder);
  await other.join(others);
  const [id, otherId] = [await folder.id(), await others.id()];
  await assert.rejects(
    database.join(others),
    new RegExp(
      `DATABASE_URL .x. is of installation ${id}, and DATA_DIR .y. is of installation ${otherId}.*--adopt-storage`,
    ),
  );
  assert.equal(await others.id(), otherId);
  await database.join(others, true);
  assert.equal(await others.id(), id);
  await database.join(others);
});

test('a new database is refused where files are that it does not know', async () => {
  await using database = await openDatabase();
  await using mistaken = await openDatabase();
  await using folder = await makeFolder();
  await database.join(folder);
  await folder.store('uploads/a');
  await assert.rejects(
    mistaken.join(folder),
    /DATABASE_URL .x. is of no installation yet.*of the 1 there, it does not know 1/,
  );
  assert.equal(await mistaken.id(), undefined);
  await mistaken.join(folder, true);
  assert.equal(await mistaken.id(), await folder.id());
});

test('a worker with an empty folder of its own is refused, be the installation as new as it may', async () => {
  await using database = await openDatabase();
  await using folder = await makeFolder();
  await using own = await makeFolder();
  await database.join(folder);
  await assert.rejects(
    database.join(own),
    /DATA_DIR .y. is of no installation yet.*share one database and one folder/,
  );
  assert.equal(await own.storage.installation(), undefined);
});

test('what an older version has stored is adopted where the database knows half of it', async () => {
  await using database = await openDatabase();
  await using folder = await makeFolder();
  await folder.store('uploads/a', 'uploads/b', 'uploads/b-thumbnail', 'uploads/c');
  await database.knows('uploads/a');
  await assert.rejects(database.join(folder), /has 1 files; of the 4 there, it does not know 3/);
  await database.knows('uploads/b');
  await database.join(folder);
  assert.equal(await database.id(), await folder.id());
});

test('a database that has files is refused an empty folder', async () => {
  await using database = await openDatabase();
  await using folder = await makeFolder();
  await database.knows('uploads/a');
  await assert.rejects(database.join(folder), /has 1 files; of the 0 there/);
});

test('a first start that ended between the two marks is taken up', async () => {
  await using database = await openDatabase();
  await using folder = await makeFolder();
  await folder.storage.mark('0199d3f2-0000-7000-8000-000000000000');
  await database.join(folder);
  assert.equal(await database.id(), '0199d3f2-0000-7000-8000-000000000000');
});
