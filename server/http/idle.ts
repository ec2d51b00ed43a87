import type { IncomingMessage } from 'node:http';

/** Ends requests whose sender stands still, so that none stays open and half done for ever. */
export interface IdleGuard {
  /** Calls `end` once, unless the request has come in whole by then. */
  watch(request: IncomingMessage, end: () => void): void;
  close(): void;
}

/**
 * A slow sender is waited for, however slow; one that sends nothing at all for so long is gone. Bytes that wait for us
 * are no silence of the sender's.
 * @param limitMs noticed up to a fifth later
 */
export function createIdleGuard(limitMs: number): IdleGuard {
  const watched = new Map<IncomingMessage, { end: () => void; received: number; at: number }>();

  const timer = setInterval(() => {
    const now = performance.now();
    for (const [request, last] of watched) {
      if (request.complete || request.destroyed) {
        watched.delete(request);
        continue;
      }
      const received = request.socket.bytesRead;
      if (request.readableLength > 0 || received > last.received)
        watched.set(request, { ...last, received, at: now });
      else if (now - last.at >= limitMs) {
        watched.delete(request);
        last.end();
      }
    }
  }, limitMs / 5);
  timer.unref();

  return {
    watch(request, end) {
      watched.set(request, { end, received: request.socket.bytesRead, at: performance.now() });
      request.once('close', () => watched.delete(request));
    },
    close: () => clearInterval(timer),
  };
}
