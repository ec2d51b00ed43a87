import type { ServerResponse } from 'node:http';
import type { Services } from '../services.ts';
import { sendJson } from './reply.ts';

/**
 * `GET /readyz`: whether database, listener and storage can be used; if not, which and why. A full disk is told, but takes
 * nobody out of service: progress, results and the deletion of files, which ends it, are served on.
 */
export async function sendReadiness(
  { database, listener, secondWall, storage, unfinished }: Services,
  response: ServerResponse,
) {
  const checks = {
    database: () => database.sql`select 1`,
    listener: async () => {
      if (!listener.healthy()) throw new Error('notifications do not come back');
    },
    storage: async () => {
      await storage.check();
      // Where the database is away, its own check says so.
      return (await unfinished.isFull().catch(() => false)) ? fullDisk : 'ok';
    },
    // None is no fault: the operator was told at the start, or wished so.
    secondWall: async () => secondWall.missing ?? 'ok',
  };
  const results = await Promise.all(
    Object.entries(checks).map(async ([name, check]) => ({ name, ...(await outcome(check())) })),
  );
  const ready = results.every((result) => result.ready);
  sendJson(response, ready ? 200 : 503, {
    ready,
    ...Object.fromEntries(results.map(({ name, said }) => [name, said])),
  });
}

const fullDisk =
  'full: uploads are refused. Free some space on the disk of DATA_DIR, or lower RETENTION_HOURS, UNUSED_UPLOAD_HOURS or MIN_FREE_BYTES';

const patienceMs = 2_000;

async function outcome(check: Promise<unknown>): Promise<{ ready: boolean; said: string }> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`no answer within ${patienceMs / 1_000} s`)), patienceMs);
  try {
    const said = await Promise.race([check, late]);
    return { ready: true, said: typeof said === 'string' ? said : 'ok' };
  } catch (error) {
    return { ready: false, said: (error as Error).message || 'not reachable' };
  } finally {
    clearTimeout(timer);
  }
}
