import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Worker } from 'bullmq';
import { degrees, PDFDocument } from 'pdf-lib';
import postgres from 'postgres';

const folder = process.env.FOLDER;
const sql = postgres(process.env.DATABASE_URL, { max: 2 });
const worker = new Worker(
  'pdf',
  async (job) => {
    const tell = async (state, percent) => {
      await sql`update home_made set state = ${state}, percent = ${percent} where id = ${job.id}`;
      await job.updateProgress({ state, percent });
    };
    await tell('ANALYZING', 5);
    const document = await PDFDocument.load(await readFile(join(folder, 'in.pdf')));
    await tell('PROCESSING', 20);
    for (const page of document.getPages()) page.setRotation(degrees(page.getRotation().angle + 90));
    await tell('SAVING', 90);
    await writeFile(join(folder, `${job.id}.pdf`), await document.save());
    await tell('COMPLETED', 100);
  },
  { connection: { port: Number(process.env.REDIS_PORT) } },
);
await worker.waitUntilReady();
console.log('ready');
