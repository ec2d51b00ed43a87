// Its clients, and for all but `throughput` its worker: asked for by name, tells its figures in a line of JSON.
import { setTimeout as delay } from 'node:timers/promises';
import { Queue } from 'bullmq';
import postgres from 'postgres';
import { io } from 'socket.io-client';

const url = `http://127.0.0.1:${process.env.PORT}`;
const sql = postgres(process.env.DATABASE_URL, { max: 4 });
const queue = new Queue('unworked', { connection: { port: Number(process.env.REDIS_PORT) } });

const drives = {
  /** Milliseconds from before the row's write until the client has the event. */
  async latency(count, perSecond, seconds) {
    const jobs = await makeJobs(count);
    const times = [];
    let arrived = 0;
    const sockets = await Promise.all(
      jobs.map((job) =>
        watch(job, ({ n, sentAt }) => {
          arrived += 1;
          if (n >= 2 * perSecond) times.push(performance.now() - sentAt);
        }),
      ),
    );
    const total = perSecond * (seconds + 2);
    const beganAt = performance.now();
    const pending = [];
    for (let n = 0; n < total; n++) {
      const ahead = beganAt + (n * 1_000) / perSecond - performance.now();
      if (ahead > 1) await delay(ahead);
      pending.push(tell(jobs[n % count], { n, sentAt: performance.now() }));
    }
    await Promise.all(pending);
    while (arrived < total) await delay(20);
    for (const socket of sockets) socket.disconnect();
    return times;
  },
  /** Jobs a second, from the first request to the last finished row. */
  async throughput(people, each) {
    const create = () => fetch(`${url}/jobs`, { method: 'POST' }).then((answer) => answer.json());
    await Promise.all(Array.from({ length: people }, create));
    await finished(people);
    const beganAt = performance.now();
    await Promise.all(
      Array.from({ length: people }, async () => {
        for (let i = 0; i < each; i++) await create();
      }),
    );
    await finished(people * (1 + each));
    return (people * each) / ((performance.now() - beganAt) / 1_000);
  },
  /** Events that clients never got, as each was cut off for a second: lost and sent. */
  async reconnect(count, events) {
    const jobs = await makeJobs(count);
    const got = jobs.map(() => new Set());
    const sockets = await Promise.all(jobs.map((job, index) => watch(job, ({ n }) => got[index].add(n))));
    for (let n = 0; n < events; n++) {
      if (n === Math.floor(events / 2)) for (const socket of sockets) socket.io.engine.close();
      await Promise.all(jobs.map((job) => tell(job, { n })));
      await delay(100);
    }
    await delay(1_000);
    for (const socket of sockets) socket.disconnect();
    const sent = count * events;
    return { lost: sent - got.reduce((sum, { size }) => sum + size, 0), sent };
  },
};

async function makeJobs(count) {
  const ids = Array.from({ length: count }, () => crypto.randomUUID());
  await sql`insert into home_made select id, 'RUNNING', 0 from unnest(${ids}::text[]) as id`;
  return Promise.all(ids.map((id) => queue.add('driven', {}, { jobId: id })));
}

async function tell(job, progress) {
  await sql`update home_made set percent = percent + 0.01 where id = ${job.id}`;
  await job.updateProgress(progress);
}

/** Again after each reconnect, as its manual has it. */
async function watch(job, onProgress) {
  const socket = io(url, { forceNew: true, transports: ['websocket'], reconnectionDelay: 1_000 });
  socket.on('progress', onProgress);
  await new Promise((resolve) => socket.on('connect', () => socket.emit('watch', job.id, resolve)));
  return socket;
}

async function finished(count) {
  for (;;) {
    const [row] = await sql`select count(*)::int as count from home_made where state = 'COMPLETED'`;
    if (row.count >= count) return;
    await delay(20);
  }
}

const [name, ...numbers] = process.argv.slice(2);
console.log(JSON.stringify(await drives[name](...numbers.map(Number))));
process.exit(0);
