import { setTimeout as delay } from 'node:timers/promises';
import type { ProgressView, Transport } from '../helpers/client.ts';
import { subscribe } from '../helpers/subscriber.ts';
import { type Checker, checkedFields, createChecker } from './checker.ts';
import type { Tally } from './tally.ts';

/** One who watches a job to its end, whatever happens: comes back with the last `seq`, to any of the web processes. */
export interface Watcher {
  id: string;
  checker: Checker;
  /** Resolves when the server has said that this was all. */
  done: Promise<void>;
}

/** Where to connect, how, and with what; asked each time. */
export type Connect = () => Promise<{ url: string; transport: Transport; token: string }>;

export function watch(id: string, connect: Connect, tally: Tally): Watcher {
  const checker = createChecker(id, tally);
  return { id, checker, done: follow() };

  async function follow() {
    for (;;) {
      const { transport, ...to } = await connect();
      tally.counts.streams++;
      let refused = false;
      const wish = { ...to, query, variables: { id, after: checker.seq } };
      const stream = subscribe<{ jobProgress: ProgressView }>(transport, wish, ({ data }) => {
        // An error of the server's is no payload: what follows it, is to be told anew.
        if (data?.jobProgress) checker.check(data.jobProgress);
        else refused = true;
      });
      const end = await stream.ended;
      if (end.completed && !refused) return checker.complete();
      tally.counts.reconnects++;
      await delay(100 + Math.random() * 400);
    }
  }
}

const query = `subscription ($id: ID!, $after: Int) { jobProgress(id: $id, after: $after) { ${checkedFields} } }`;
