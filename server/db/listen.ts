import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
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
 * is called after the first and every further LISTEN: read again then.
 *
 * Not by the driver's own `listen`: of several channels it may lose one when it connects again, and says nothing. Nor
 * has it a heartbeat; a half-open connection is noticed by TCP keepalive only, after minutes. So we send ourselves a
 * ping, over this very connection, and make it anew when none has come back for a while.
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
  const statement = [pingChannel, ...Object.keys(channels)].map((name) => `listen "${name}"`).join('; ');
  const closing = new AbortController();
  let heardAt = Date.now();
  let client: Sql;
  let reopening: Promise<void> | undefined;

  async function open(): Promise<Sql> {
    const settings: Settings = {
      ...forListening,
      onnotify: (channel, payload) =>
        channel === pingChannel ? (heardAt = Date.now()) : channels[channel]?.(payload),
      onclose: () => opened === client && reopen('it was closed'),
    };
    const opened: Sql = postgres(url, settings);
    try {
      await opened.unsafe(statement);
    } catch (error) {
      await opened.end({ timeout: 0 });
      throw error;
    }
    heardAt = Date.now();
    onReady();
    return opened;
  }

  function reopen(why: string) {
    if (closing.signal.aborted || reopening) return;
    log.warn({ why }, 'listener has lost its connection, making a new one');
    reopening = untilOpen().finally(() => (reopening = undefined));
  }

  async function untilOpen() {
    await client.end({ timeout: 0 });
    for (let failures = 0; !closing.signal.aborted; failures++)
      try {
        client = await open();
        return;
      } catch (error) {
        log.warn({ err: error }, 'listener could not connect, trying again');
        const pauseMs = connection.backoff(failures) * 1_000;
        await delay(pauseMs, undefined, { signal: closing.signal }).catch(() => {});
      }
  }

  client = await open();
  const timer = setInterval(() => {
    if (reopening) return;
    if (Date.now() - heardAt > silenceMs) reopen('it is silent');
    // Where it fails the connection is closed, or hangs, and either is seen to.
    else client.notify(pingChannel, '').catch(() => {});
  }, pingMs);

  return {
    healthy: () => Date.now() - heardAt <= silenceMs,
    async close() {
      closing.abort();
      clearInterval(timer);
      await reopening;
      await client.end({ timeout: 1 });
    },
  };
}

const pingMs = 3_000;
/** Together with the ping's interval: a dead connection is noticed within 15 s. */
const silenceMs = 10_000;

/** `onnotify` is what the driver's `listen` is made of. */
type Settings = postgres.Options<Record<string, never>> & {
  onnotify: (channel: string, payload: string) => void;
};

/** One connection, under a name that an operator finds in `pg_stat_activity`, kept for ever. */
const forListening = {
  ...connection,
  connection: { ...connection.connection, application_name: 'octavo-listen' },
  max: 1,
  idle_timeout: 0,
  max_lifetime: null,
  fetch_types: false,
};
