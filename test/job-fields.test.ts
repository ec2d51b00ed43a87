import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, before, test } from 'node:test';
import { parseId } from '../server/id.ts';
import { filterable, type JobField, jobFields, type TextName } from '../server/jobs/job-fields.ts';
import type { Client } from './helpers/client.ts';
import { makePdf } from './helpers/pdf.ts';
import { startServer, type TestServer } from './helpers/server.ts';

const texts = Object.entries<JobField>(jobFields).flatMap(([name, field]) =>
  field.type === 'TEXT' ? [[name as TextName, field] as const] : [],
);
const steps = [{ pages: { select: '1' } }];

let server: TestServer;
let client: Client;
let file: string;

before(async () => {
  server = await startServer({ worker: false });
  client = await server.guest();
  file = await client.upload(makePdf({ pages: 2 }));
});
after(() => server[Symbol.asyncDispose]());

/** The job as its row has it. */
async function row(id: string) {
  const [found] = await server.services.read.snapshots([{ id: parseId('job', id)!, after: 0 }]);
  assert.ok(found);
  return found.job;
}

async function retry(id: string): Promise<string> {
  await client.data('mutation ($id: ID!) { cancelJob(input: { id: $id }) { job { id } } }', { id });
  const { retryJob } = await client.data<{ retryJob: { job: { id: string } } }>(
    'mutation ($id: ID!) { retryJob(input: { id: $id }) { job { id } userErrors { message } } }',
    { id },
  );
  return retryJob.job.id;
}

for (const [name, { hashed, copied, maxLength }] of texts) {
  test(`a job keeps the ${name} that it was given, and a retry ${copied ? 'has it' : 'has none'}`, async () => {
    const id = await client.startJob([file], steps, { [name]: `a ${name}` });
    assert.equal((await row(id))[name], `a ${name}`);
    assert.equal((await row(await retry(id)))[name], copied ? `a ${name}` : null);
  });

  test(`of ${name} a job has ${maxLength} characters at most`, async () => {
    const { job, userErrors } = await client.createJob([file], steps, { [name]: 'x'.repeat(maxLength + 1) });
    assert.equal(job, null);
    assert.deepEqual([userErrors[0]?.code, userErrors[0]?.field], ['INVALID_INPUT', ['input', name]]);
  });

  if (hashed !== 'never')
    test(`with another ${name} it is another input for an idempotency key`, async () => {
      const given = { idempotencyKey: `for ${name}`, [name]: 'one' };
      const id = await client.startJob([file], steps, given);
      assert.equal((await client.createJob([file], steps, given)).job?.id, id);
      for (const other of ['two', undefined]) {
        const { userErrors } = await client.createJob([file], steps, { ...given, [name]: other });
        assert.equal(userErrors[0]?.code, 'IDEMPOTENCY_CONFLICT');
      }
    });
}

test('a label is shown as it was given, and where there is none, none', async () => {
  const labels = [' case\u200b 5\n', '\u200b', undefined].map(async (label) => {
    const id = await client.startJob([file], steps, { label });
    return client.data('query ($id: ID!) { job(id: $id) { label } }', { id });
  });
  assert.deepEqual(await Promise.all(labels), [
    { job: { label: 'case 5' } },
    { job: { label: null } },
    { job: { label: null } },
  ]);
});

for (const name of filterable)
  test(`jobs are found by exactly their ${name}`, async () => {
    const start = (value: string) => client.startJob([file], steps, { [name]: value });
    const [one, other] = [await start('case 7'), await start('Case 7')];
    const longer = await start('case 7b');
    const again = await retry(one);
    const find = async (filter: object) => {
      const { jobs } = await client.data<{
        jobs: { edges: { node: { id: string } }[]; totalCount: number };
      }>('query ($filter: JobFilter) { jobs(filter: $filter) { edges { node { id } } totalCount } }', {
        filter,
      });
      assert.equal(jobs.totalCount, jobs.edges.length);
      return jobs.edges.map(({ node }) => node.id);
    };
    assert.deepEqual(await find({ [name]: 'case 7' }), [again, one]);
    assert.deepEqual(await find({ [name]: ' case\u200b 7 ' }), [again, one], 'as it would be kept');
    assert.deepEqual(await find({ [name]: 'case 7', states: ['CANCELED'] }), [one]);
    assert.deepEqual(await find({ [name]: 'case 7', ids: [one, longer] }), [one]);
    assert.deepEqual(await find({ ids: [other, longer] }), [longer, other]);
    assert.deepEqual(await find({ [name]: 'case' }), []);
    assert.ok((await find({ [name]: '' })).includes(longer));
  });

test('all that is given but the key makes another input, and is copied by a retry', () => {
  const only = texts.filter(([, { hashed }]) => hashed === 'never').map(([name]) => name);
  const lost = texts.filter(([, { copied }]) => !copied).map(([name]) => name);
  assert.deepEqual([only, lost], [['idempotencyKey'], ['idempotencyKey']]);
  assert.deepEqual(filterable, ['label']);
});

test('the keys that version 0.1 has kept still hold', async () => {
  const id = await client.startJob([file], steps, { name: 'as before', idempotencyKey: 'old' });
  const input = [[parseId('file', file)], [{ name: 'pages', options: { select: '1' } }], 'as before', null];
  const hash = createHash('sha256').update(JSON.stringify(input)).digest('hex');
  assert.equal((await row(id)).idempotencyHash, hash);
});
