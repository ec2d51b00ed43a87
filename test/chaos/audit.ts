import { createHash } from 'node:crypto';
import { publicId } from '../../server/id.ts';
import { maxFailures } from '../../server/jobs/run.ts';
import { finalStates } from './checker.ts';
import type { Cluster } from '../helpers/cluster.ts';
import type { Tally } from './tally.ts';
import type { Users } from './users.ts';

/** When all is calm: what the tables say, against what was told and what can be downloaded. */
export async function audit({ sql, webs, workers }: Cluster, users: Users, tally: Tally): Promise<void> {
  for (const { crashes } of [...webs, ...workers])
    for (let i = 0; i < crashes; i++) tally.violate('process crashed by itself', 'see above');
  const rows = await sql<Row[]>`
    select id, subject, state, seq, attempt, failures, error_code as "errorCode",
      extract(epoch from created_at)::float8 * 1000 as "createdAt",
      extract(epoch from finished_at)::float8 * 1000 as "finishedAt",
      (select count(*)::int from job_events where job_id = jobs.id) as entries,
      (select count(*)::int from job_events where job_id = jobs.id and type in ('COMPLETED', 'FAILED', 'CANCELED')) as ends,
      (select count(*)::int from job_files where job_id = jobs.id and role = 'output') as outputs
    from jobs`;
  const jobs = new Map(rows.map((row) => [publicId('job', row.id), row]));
  if (jobs.size !== users.jobs.size)
    tally.violate('job run twice to a result', `${jobs.size} jobs where ${users.jobs.size} were asked for`);
  for (const [id, job] of jobs) checkRow(id, job, tally);
  for (const { id, checker } of users.watchers)
    if (checker.seq !== jobs.get(id)?.seq || checker.state !== jobs.get(id)?.state)
      tally.violate('milestones lost', `${id}: told up to ${checker.seq} of ${jobs.get(id)?.seq}`);
  checkFollowers(users, jobs, tally);
  for (const [id, job] of jobs) if (job.state === 'COMPLETED') await checkResult(id, job, users, tally);
}

interface Row {
  id: string;
  subject: string;
  state: string;
  seq: number;
  attempt: number;
  failures: number;
  errorCode: string | null;
  createdAt: number;
  finishedAt: number | null;
  entries: number;
  ends: number;
  outputs: number;
}

function checkRow(id: string, job: Row, tally: Tally) {
  tally.counts['attempts lost or put back'] += Math.max(0, job.attempt - 1);
  if (job.state === 'COMPLETED') tally.counts.completed++;
  if (job.state === 'CANCELED') tally.counts.canceled++;
  if (!finalStates.has(job.state))
    tally.violate('job stuck', `${id}: ${job.state}, attempt ${job.attempt}, ${job.failures} failures`);
  if (job.ends > 1 || job.outputs !== Number(job.state === 'COMPLETED'))
    tally.violate('job run twice to a result', `${id}: ${job.ends} ends, ${job.outputs} results`);
  if (job.entries !== job.seq) tally.violate('milestones lost', `${id}: ${job.entries} of ${job.seq} stored`);
  if (job.state !== 'FAILED') return;
  if (job.errorCode === 'STORAGE_FULL' && tally.faults.has('disk full')) tally.counts['failed: disk full']++;
  else if (job.errorCode === 'ATTEMPTS_EXHAUSTED' && job.failures === maxFailures - 1)
    tally.counts['failed: given up after three losses']++;
  else tally.violate('job failed for no reason', `${id}: ${job.errorCode} after ${job.failures} failures`);
}

/** A job whose whole life a connection has seen was told whole. Whoever stood still meanwhile had the time to catch up. */
function checkFollowers(users: Users, jobs: ReadonlyMap<string, Row>, tally: Tally) {
  for (const { subject, connections } of users.followers)
    for (const { openedAt, closedAt, told } of connections)
      for (const [id, job] of jobs) {
        const within = job.createdAt > openedAt + 5_000 && (job.finishedAt ?? Infinity) < closedAt - 30_000;
        const seq = told.get(id)?.seq;
        if (job.subject === subject && within && seq !== job.seq)
          tally.violate('milestones lost', `${id} of all jobs: told up to ${seq} of ${job.seq}`);
      }
}

async function checkResult(id: string, job: Row, users: Users, tally: Tally) {
  const client = await users.client(job.subject);
  const [output] = (await client.job(id))?.outputs ?? [];
  const bytes = output ? await client.download(output).catch(() => Buffer.of()) : Buffer.of();
  if (createHash('sha256').update(bytes).digest('hex') !== output?.sha256)
    tally.violate('result damaged', `${id}: ${bytes.length} bytes`);
}
