import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { Transform } from 'node:stream';

export interface Proxy extends AsyncDisposable {
  /** Where it listens, with all else of the target's URL. */
  url: string;
  /** All connections break, and no new one is made. */
  cut(): void;
  heal(): void;
  /** Breaks the first connection whose client says this. */
  cutAt(words: RegExp): void;
  /** How many connections were refused so far. */
  refused(): number;
  /** Lets so many bytes a second through to the clients, until healed. */
  throttle(bytesPerSecond: number): void;
  /** The connections there are stay open on both sides, but nothing gets through any more: half-open. */
  hang(): void;
}

/**
 * A network between a client and `target` that can be cut.
 * @param swallow requests whose head matches this are never answered, as by a proxy that holds streams back
 */
export async function startProxy(target: URL, swallow?: RegExp): Promise<Proxy> {
  const sockets = new Set<Socket>();
  let whole = true;
  let refused = 0;
  let speed = Infinity;
  let last: RegExp | undefined;
  const server = createServer((inner) => {
    if (!whole) {
      refused++;
      return void inner.resetAndDestroy();
    }
    const outer = connect(Number(target.port), target.hostname);
    for (const socket of [inner, outer]) {
      sockets.add(socket);
      // What breaks is broken for both sides, and nobody's exception.
      socket.on('error', () => {});
      socket.on('close', () => {
        sockets.delete(socket);
        inner.destroy();
        outer.destroy();
      });
    }
    inner.pipe(outer).pipe(narrow()).pipe(inner);
    inner.on('data', (chunk: Buffer) => {
      const words = chunk.toString('latin1');
      if (swallow?.test(words)) outer.unpipe();
      if (!last?.test(words)) return;
      last = undefined;
      inner.destroy();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  /** Passes chunks on at the speed that is allowed when they come. */
  function narrow() {
    return new Transform({
      transform(chunk: Buffer, _, done) {
        if (speed === Infinity) done(null, chunk);
        else setTimeout(done, (chunk.length / speed) * 1_000, null, chunk);
      },
    });
  }

  const url = new URL(target);
  url.host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url: url.href.replace(/\/$/, ''),
    cut() {
      whole = false;
      for (const socket of sockets) socket.resetAndDestroy();
    },
    cutAt: (words) => void (last = words),
    heal() {
      whole = true;
      speed = Infinity;
    },
    throttle(bytesPerSecond) {
      speed = bytesPerSecond;
    },
    refused: () => refused,
    hang() {
      for (const socket of sockets) socket.unpipe().pause();
    },
    async [Symbol.asyncDispose]() {
      server.close();
      for (const socket of sockets) socket.destroy();
      await once(server, 'close');
    },
  };
}
