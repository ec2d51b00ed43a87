import type { Socket } from 'node:net';

/** Ends connections whose reader stands still, so that none holds memory and a slot for ever. */
export interface Stalls {
  /** Watches a socket, so many times as patiently; returns what stops that. */
  watch(socket: Socket, times?: number): () => void;
  close(): void;
}

/**
 * A slow reader is served, however slow; one that takes nothing at all for so long, though something is written, is gone.
 * Neither Yoga nor graphql-ws has such a limit.
 * @param limitMs noticed up to a fifth later
 */
export function createStalls(limitMs: number): Stalls {
  const watched = new Set<{ socket: Socket; limitMs: number; drained: number; at: number }>();

  const timer = setInterval(() => {
    const now = performance.now();
    for (const watch of watched) {
      const { socket } = watch;
      const drained = socket.bytesWritten - socket.writableLength;
      if (socket.writableLength === 0 || drained > watch.drained) Object.assign(watch, { drained, at: now });
      else if (now - watch.at >= watch.limitMs) socket.destroy();
    }
  }, limitMs / 5);
  timer.unref();

  return {
    watch(socket, times = 1) {
      // Its own each time: requests of one connection may overlap.
      const watch = { socket, limitMs: times * limitMs, drained: 0, at: performance.now() };
      watched.add(watch);
      return () => watched.delete(watch);
    },
    close: () => clearInterval(timer),
  };
}
