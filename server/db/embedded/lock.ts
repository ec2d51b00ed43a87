import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { createConnection, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

/**
 * Holds a folder for this process. A listening socket is the lock: the kernel takes it away with its process, however that
 * ends, where a file with a process id would have to be doubted (the same id is somebody else's after a reboot, and our own
 * in the next container).
 * @throws Error that names the process which holds it
 */
export async function lockFolder(folder: string): Promise<{ release: () => void }> {
  const address = addressOf(folder);
  // Who asks is told who we are.
  const server = createServer((socket) => void socket.on('error', () => {}).end(String(process.pid)));
  for (let attempts = 2; attempts > 0; attempts--) {
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
    if (holder)
      throw new Error(
        `Another Octavo (${holder}) already runs on ${folder}. Stop it first, set another DATA_DIR, ` +
          'or set DATABASE_URL, which several processes may share.',
      );
    // Left by a dead process; happens only where sockets are files.
    if (address.endsWith('.sock')) await rm(address, { force: true });
  }
  throw new Error(`The lock of ${folder} can neither be taken nor asked for its holder. Try again.`);
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
