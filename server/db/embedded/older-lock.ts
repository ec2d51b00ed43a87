import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { createConnection, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';

/**
 * Holds a folder as versions before `lockFile` did, by a socket that listens under the folder's name: to them a file that
 * is locked says nothing. Without it an upgrade beside one that still runs, or a step back, would take the Postgres of
 * the other for an orphan, and the other start it again: two on one folder.
 * @param options as of `lockFile`
 * @throws Error of the refusal's message
 */
export async function lockAsOlder(
  folder: string,
  options: { patienceMs: number; onWait(holder: string): void; refusal(holder: string): string },
): Promise<{ release(): void }> {
  const address = addressOf(folder);
  const patience = AbortSignal.timeout(options.patienceMs);
  for (let waits = false; ;) {
    // Who asks is told who we are.
    const server = createServer((socket) => void socket.on('error', () => {}).end(String(process.pid)));
    server.listen(address);
    try {
      await once(server, 'listening');
      // Of accepting: nobody's harm.
      server.on('error', () => {}).unref();
      return { release: () => void server.close() };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    }
    const holder = await ask(address);
    if (holder === undefined) {
      // Left by a dead process; happens only where sockets are files.
      if (address.endsWith('.sock')) await rm(address, { force: true });
    } else {
      if (patience.aborted) throw new Error(options.refusal(holder));
      if (!waits) options.onWait(holder);
      waits = true;
    }
    await delay(100);
  }
}

/** Linux and Windows have socket names without a file; elsewhere it lies in the folder for temporary files (paths are short). */
function addressOf(folder: string): string {
  const name = `octavo-${createHash('sha256').update(folder).digest('hex').slice(0, 16)}`;
  if (process.platform === 'linux') return `\0${name}`;
  if (process.platform === 'win32') return `\\\\.\\pipe\\${name}`;
  return join(tmpdir(), `${name}.sock`);
}

/** Who holds the lock; undefined where nobody does any more. */
async function ask(address: string): Promise<string | undefined> {
  const socket = createConnection(address);
  try {
    await once(socket, 'connect');
  } catch {
    return undefined;
  }
  // It may be stopped in a debugger.
  socket.setTimeout(2_000, () => socket.destroy());
  const pid = await text(socket).catch(() => 'unknown');
  return `process ${pid}`;
}
