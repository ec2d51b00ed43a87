import { setTimeout as delay } from 'node:timers/promises';
import type { ProgressView } from '../helpers/client.ts';
import { subscribe, type Subscriber } from '../helpers/subscriber.ts';
import { type Checker, checkedFields, createChecker } from './checker.ts';
import type { Tally } from './tally.ts';
import type { Connect } from './watcher.ts';

/** One who follows all of an owner's jobs; of each connection: from when to when, and what was told of each job. */
export interface OwnerFollower {
  readonly subject: string;
  readonly connections: readonly Connection[];
  close(): void;
}

interface Connection {
  openedAt: number;
  closedAt: number;
  told: Map<string, Checker>;
}

export function followOwner(subject: string, connect: Connect, tally: Tally): OwnerFollower {
  const connections: Connection[] = [];
  let stream: Subscriber | undefined;
  let closed = false;
  void follow();

  async function follow() {
    while (!closed) {
      const told = new Map<string, Checker>();
      const { transport, ...to } = await connect();
      const connection = { openedAt: Date.now(), closedAt: Infinity, told };
      tally.counts.streams++;
      stream = subscribe<{ jobsProgress: ProgressView }>(transport, { ...to, query }, ({ data }) => {
        const update = data?.jobsProgress;
        if (!update) return;
        const { job, events, seq } = update;
        // It begins with a job's whole timeline, or with what is new of one that had ended before.
        if (!told.has(job.id))
          told.set(job.id, createChecker(job.id, tally, (events[0]?.seq ?? seq + 1) - 1));
        told.get(job.id)?.check(update);
      });
      connections.push(connection);
      await stream.ended;
      connection.closedAt = Date.now();
      await delay(100 + Math.random() * 400);
    }
  }

  return {
    subject,
    connections,
    close() {
      closed = true;
      stream?.leave();
    },
  };
}

const query = `subscription { jobsProgress { ${checkedFields} } }`;
