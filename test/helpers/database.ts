import { randomBytes } from 'node:crypto';
import postgres from 'postgres';

export interface TestDatabase extends AsyncDisposable {
  url: string;
}

/** A migrated database of its own; dropped when disposed, whoever is still connected. */
export async function createDatabase(): Promise<TestDatabase> {
  const base = process.env.TEST_DATABASE_URL;
  if (!base) throw new Error('No test database. Run the tests with: npm test');
  const name = `test_${randomBytes(6).toString('hex')}`;
  const url = new URL(base);
  url.pathname = `/${name}`;
  await admin(base, `create database ${name} template octavo_template`);
  return {
    url: url.href,
    [Symbol.asyncDispose]: () => admin(base, `drop database ${name} with (force)`),
  };
}

async function admin(url: string, statement: string): Promise<void> {
  const sql = postgres(url, { max: 1, onnotice: () => {} });
  await sql.unsafe(statement);
  await sql.end();
}
