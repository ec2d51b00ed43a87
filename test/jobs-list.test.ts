import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makePdf } from './helpers/pdf.ts';
import { startServer } from './helpers/server.ts';

interface Connection {
  edges: {
    cursor: string;
    node: { id: string; name: string; queuePosition: number | null; inputs: { name: string }[] };
  }[];
  pageInfo: {
    hasNextPage: boolean;
    hasPreviousPage: boolean;
    startCursor: string | null;
    endCursor: string | null;
  };
  totalCount: number;
}

test('jobs are paged both ways, newest first, and filtered', async () => {
  await using server = await startServer({ worker: false });
  const client = await server.guest();
  const plain = await client.upload(makePdf({ pages: 1 }), 'plain.pdf');
  const odd = await client.upload(makePdf({ pages: 1 }), '100%_größe.pdf');
  for (let i = 1; i <= 7; i++)
    await client.startJob(i === 3 ? [odd] : [plain], [{ rotate: { degrees: 90 } }], { name: `job ${i}` });

  const list = async (args: string) =>
    (
      await client.data<{ jobs: Connection }>(
        `{ jobs(${args}) { edges { cursor node { id name queuePosition inputs { name } } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } totalCount } }`,
      )
    ).jobs;
  const names = (page: Connection) => page.edges.map(({ node }) => node.name);

  const first = await list('first: 3');
  assert.deepEqual(names(first), ['job 7', 'job 6', 'job 5']);
  assert.deepEqual(
    [first.totalCount, first.pageInfo.hasNextPage, first.pageInfo.hasPreviousPage],
    [7, true, false],
  );
  const second = await list(`first: 3, after: "${first.pageInfo.endCursor}"`);
  assert.deepEqual(names(second), ['job 4', 'job 3', 'job 2']);
  const end = await list(`first: 3, after: "${second.pageInfo.endCursor}"`);
  assert.deepEqual([names(end), end.pageInfo.hasNextPage], [['job 1'], false]);
  const back = await list(`last: 2, before: "${end.pageInfo.startCursor}"`);
  assert.deepEqual([names(back), back.pageInfo.hasPreviousPage], [['job 3', 'job 2'], true]);
  assert.deepEqual(names(await list('first: 0')), []);

  assert.deepEqual(names(await list('filter: { text: "JOB 6" }')), ['job 6']);
  assert.deepEqual(names(await list('filter: { text: "100%_GRÖSSE" }')), []);
  assert.deepEqual(names(await list('filter: { text: "0%_gr" }')), ['job 3']);
  assert.deepEqual(names(await list('filter: { text: "%" }')), ['job 3']);
  assert.equal((await list('filter: { states: [RUNNING] }')).totalCount, 0);
  assert.equal((await list('filter: { states: [QUEUED, FAILED] }')).totalCount, 7);
  assert.deepEqual(
    (await list('last: 7')).edges.map(({ node }) => node.queuePosition),
    [7, 6, 5, 4, 3, 2, 1],
    'the owner of a backlog waits behind its own jobs in order',
  );
});

test('a job is found by the name of any input, however long they are together, and by its own', async () => {
  await using server = await startServer({ worker: false });
  const client = await server.guest();
  const inputs = await Promise.all(
    Array.from({ length: 8 }, (_, i) =>
      client.upload(makePdf({ pages: 1 }), `${'ä'.repeat(150)} ${i} end.pdf`),
    ),
  );
  await client.startJob(inputs, [{ merge: {} }], { name: 'long' });
  await client.startJob(inputs.slice(0, 2), [{ merge: {} }], { name: 'short' });
  const find = async (text: string) => {
    const { jobs } = await client.data<{ jobs: Connection }>(
      `query ($text: String!) { jobs(filter: { text: $text }) { edges { node { name } } totalCount } }`,
      { text },
    );
    const found = jobs.edges.map(({ node }) => node.name);
    assert.equal(jobs.totalCount, found.length);
    return found;
  };
  const assertFound = async () => {
    assert.deepEqual(await find('Ä 7 END'), ['long']);
    assert.deepEqual(await find('1 end'), ['short', 'long']);
    assert.deepEqual(await find('LONG'), ['long']);
    assert.deepEqual(await find('short'), ['short']);
    assert.deepEqual(await find('nowhere'), []);
  };
  await assertFound();
  // As an older version makes them.
  await server.services.database.sql`update jobs set names = null`;
  await assertFound();
});

test('owners take turns, whatever their backlog', async () => {
  await using server = await startServer({ worker: false });
  const [busy, rare] = [await server.guest(), await server.guest()];
  const file = await busy.upload(makePdf({ pages: 1 }));
  for (let i = 0; i < 5; i++) await busy.startJob([file], [{ rotate: { degrees: 90 } }]);
  const id = await rare.startJob([await rare.upload(makePdf({ pages: 1 }))], [{ rotate: { degrees: 90 } }]);
  const { job } = await rare.data<{ job: { queuePosition: number } }>(
    'query ($id: ID!) { job(id: $id) { queuePosition } }',
    { id },
  );
  assert.equal(job.queuePosition, 2);
});

test('node finds jobs and files by their ids', async () => {
  await using server = await startServer({ worker: false });
  const client = await server.guest();
  const file = await client.upload(makePdf({ pages: 4 }), 'four.pdf');
  const job = await client.startJob([file], [{ rotate: { degrees: 90 } }]);
  const query =
    'query ($id: ID!) { node(id: $id) { __typename id ... on File { pages } ... on Job { name } } }';
  assert.deepEqual(await client.data(query, { id: file }), {
    node: { __typename: 'File', id: file, pages: 4 },
  });
  assert.deepEqual(await client.data(query, { id: job }), {
    node: { __typename: 'Job', id: job, name: 'four.pdf' },
  });
  for (const id of ['', 'job_', 'file_zz', 'job_0123456789abcdef0123456789abcdef', "'; drop table jobs"])
    assert.deepEqual(await client.data(query, { id }), { node: null });
});
