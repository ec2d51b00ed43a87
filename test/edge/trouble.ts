import { connect, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { Random } from '../helpers/random.ts';

/** How a client goes away. */
const ends = {
  cut: (socket: Socket) => socket.destroy(),
  reset: (socket: Socket) => socket.resetAndDestroy(),
  /** Says that nothing more will come, and still listens for a while. */
  finish: async (socket: Socket, chance: Random) => {
    socket.end();
    await delay(chance.below(60));
    socket.destroy();
  },
  /** Neither sends nor reads any more, then the network is gone. */
  stall: async (socket: Socket, chance: Random) => {
    socket.pause();
    await delay(chance.below(150));
    socket.resetAndDestroy();
  },
} as const;

/** Sends the request up to a random byte, or all of it and reads the answer up to a random byte, and goes away. */
export async function disturb(port: number, request: Buffer, chance: Random): Promise<void> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  // That it breaks is what this is for. A reset beside our own FIN fails (EINVAL), and Node tells no 'close' then.
  const closed = new Promise((resolve) => socket.on('error', resolve).once('close', resolve));
  const whole = chance.below(2) === 0;
  const sent = whole ? request.length : chance.below(request.length);
  const pieces = 1 + chance.below(3);
  for (let i = 0; i < pieces && !socket.destroyed; i++) {
    socket.write(request.subarray(Math.floor((sent * i) / pieces), Math.floor((sent * (i + 1)) / pieces)));
    await delay(chance.below(4));
  }
  if (whole) await received(socket, chance.below(3_000), closed);
  await chance.of(Object.values(ends))(socket, chance);
  await closed;
}

/** Resolves when so many bytes have come, or none for a moment, or the other side has left. */
async function received(socket: Socket, bytes: number, closed: Promise<unknown>): Promise<void> {
  const enough = Promise.withResolvers<void>();
  let count = 0;
  socket.on('data', (chunk: Buffer) => {
    count += chunk.length;
    if (count >= bytes) enough.resolve();
  });
  const patience = setTimeout(enough.resolve, 40);
  await Promise.race([enough.promise, closed]);
  clearTimeout(patience);
}
