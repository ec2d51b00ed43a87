import type { Socket } from 'node:net';

/** Ends connections whose reader stands still, so that none holds memory and a slot for ever. */
export interface Stalls {
  /** Watches a socket; returns what stops that. */
  watch(socket: Socket): () => void;
  close(): void;
}

/**
 * A slow reader is served, however slow; one that takes nothing at all for so long, though something is written, is gone.
 * Neither Yoga nor graphql-ws has such a limit.
 * @param limitMs noticed up to a fifth later
 */
export function createStalls(limitMs: number): Stalls {
  const watched = new Map<Socket, { drained: number; at: number }>();

  const timer = setInterval(() => {
    const now = performance.now();
    for (const [socket, last] of watched) {
      const drained = socket.bytesWritten - socket.writableLength;
      if (socket.writableLength === 0 || drained > last.drained) watched.set(socket, { drained, at: now });
      else if (now - last.at >= limitMs) socket.destroy();
    }
  }, limitMs / 5);
  timer.unref();

  return {
    watch(socket) {
      watched.set(socket, { drained: 0, at: performance.now() });
      return () => watched.delete(socket);
    },
    close: () => clearInterval(timer),
  };
}
