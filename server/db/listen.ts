import { randomUUID } from 'node:crypto';
import postgres, { type Sql } from 'postgres';
import type { Logger } from '../log.ts';
import { connection } from './client.ts';

export interface Listener {
  /** Whether notifications get through: the last ping came back in time. */
  healthy(): boolean;
  close(): Promise<void>;
}

/**
 * The one LISTEN connection of a process. A notification is a hint that may be lost with the connection, so `onReady`
 * is called after the first and every further LISTEN (the driver may call it several times in a row): read again then.
 *
 * postgres.js has no heartbeat and notices a half-open connection only by TCP keepalive, after minutes. So we send
 * ourselves a ping; when none has come back for a while, everything here is made anew. The ping has a connection of its
 * own for that: in the pool it could wait behind others, or hang with a connection that is half-open itself.
 * @throws what the first attempt to connect throws
 */
export async function listen(options: {
  url: string;
  channels: Record<string, (payload: string) => void>;
  onReady: () => void;
  log: Logger;
}): Promise<Listener> {
  const { url, channels, onReady, log } = options;
  const pingChannel = `octavo_ping_${randomUUID().replaceAll('-', '')}`;
  let heardAt = Date.now();
  let client = await open();

  async function open(): Promise<Sql> {
    const opened = postgres(url, { ...connection, max: 1, idle_timeout: 0, max_lifetime: null });
    try {
      await opened.listen(pingChannel, () => (heardAt = Date.now()));
      for (const [channel, onNotification] of Object.entries(channels))
        await opened.listen(channel, onNotification, onReady);
    } catch (error) {
      await opened.end({ timeout: 0 });
      throw error;
    }
    heardAt = Date.now();
    return opened;
  }

  let reopening: Promise<void> | undefined;
  async function reopen() {
    log.warn('listener is silent, connecting again');
    await client.end({ timeout: 0 });
    client = await open();
  }

  let pinging = false;
  async function ping() {
    pinging = true;
    const pinged = client;
    await pinged.notify(pingChannel, '').catch((error: Error) => {
      if (client === pinged) log.warn({ err: error }, 'ping failed');
    });
    pinging = false;
  }

  const timer = setInterval(() => {
    if (!pinging) void ping();
    if (Date.now() - heardAt > silenceMs)
      reopening ??= reopen()
        .catch((error: Error) => log.warn({ err: error }, 'listener could not connect'))
        .finally(() => (reopening = undefined));
  }, pingMs);

  return {
    healthy: () => Date.now() - heardAt <= silenceMs,
    async close() {
      clearInterval(timer);
      await reopening;
      await client.end({ timeout: 1 });
    },
  };
}

const pingMs = 3_000;
/** Together with the ping's interval: a dead connection is noticed within 15 s. */
const silenceMs = 10_000;
