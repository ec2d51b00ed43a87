import type { ServerResponse } from 'node:http';
import type { Services } from '../services.ts';
import { sendJson } from './reply.ts';

/** `GET /readyz`: whether database, listener and storage can be used; if not, which and why. */
export async function sendReadiness({ database, listener, storage }: Services, response: ServerResponse) {
  const checks = {
    database: () => database.sql`select 1`,
    listener: async () => {
      if (!listener.healthy()) throw new Error('notifications do not come back');
    },
    storage: () => storage.check(),
  };
  const results = await Promise.all(
    Object.entries(checks).map(async ([name, check]) => [name, await outcome(check())] as const),
  );
  const ready = results.every(([, result]) => result === 'ok');
  sendJson(response, ready ? 200 : 503, { ready, ...Object.fromEntries(results) });
}

const patienceMs = 2_000;

async function outcome(check: Promise<unknown>): Promise<string> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`no answer within ${patienceMs / 1_000} s`)), patienceMs);
  try {
    await Promise.race([check, late]);
    return 'ok';
  } catch (error) {
    return (error as Error).message || 'not reachable';
  } finally {
    clearTimeout(timer);
  }
}
