// What a team builds itself: a row, a queue in Redis, a worker, and Socket.IO that hands progress on to rooms.
import { createServer } from 'node:http';
import { Queue, QueueEvents } from 'bullmq';
import postgres from 'postgres';
import { Server } from 'socket.io';

const connection = { port: Number(process.env.REDIS_PORT) };
const sql = postgres(process.env.DATABASE_URL, { onnotice: () => {} });
await sql`create table if not exists home_made (id text primary key, state text not null, percent real not null)`;
const queue = new Queue('pdf', { connection });
// Jobs of the second are driven from without, to measure.
const feeds = ['pdf', 'unworked'].map((name) => new QueueEvents(name, { connection }));
await Promise.all(feeds.map((feed) => feed.waitUntilReady()));

async function create() {
  const id = crypto.randomUUID();
  await sql`insert into home_made values (${id}, 'QUEUED', 0)`;
  await queue.add('rotate', {}, { jobId: id });
  return JSON.stringify({ id });
}

const http = createServer((_, response) => void create().then((made) => response.end(made)));
const io = new Server(http);
io.on('connection', (socket) => socket.on('watch', (id, watching) => watching(socket.join(id))));
for (const feed of feeds) {
  feed.on('progress', ({ jobId, data }) => io.to(jobId).emit('progress', data));
  feed.on('completed', ({ jobId }) => io.to(jobId).emit('completed'));
}
http.listen(Number(process.env.PORT), '127.0.0.1', () => console.log('ready'));
