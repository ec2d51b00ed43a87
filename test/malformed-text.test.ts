import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makePdf } from './helpers/pdf.ts';
import { startServer } from './helpers/server.ts';

const half = '\ud800';

test('text that no database can hold is the news of who sent it', async (t) => {
  await using server = await startServer({ worker: false });
  const client = await server.guest();
  const file = await client.upload(makePdf({ pages: 1 }));
  const turn = { rotate: { degrees: 90 } };
  const inputs: [what: string, steps: object[], more: object, field: string[]][] = [
    ['half a character in a step', [{ stamp: { text: half } }], {}, ['steps', '0', 'stamp', 'text']],
    [
      'one in a list',
      [{ metadata: { keywords: ['a', half] } }],
      {},
      ['steps', '0', 'metadata', 'keywords', '1'],
    ],
    ['one in the name', [turn], { name: half }, ['name']],
    ['NUL in the key', [turn], { idempotencyKey: 'a\0' }, ['idempotencyKey']],
    ['a name that is too long', [turn], { name: 'x'.repeat(501) }, ['name']],
    ['too many steps', Array(51).fill(turn), {}, ['steps']],
    [
      'a page range that is too long',
      [{ pages: { select: '1,'.repeat(2_001) } }],
      {},
      ['steps', '0', 'pages', 'select'],
    ],
  ];
  for (const [what, steps, more, field] of inputs)
    await t.test(what, async () => {
      const { job, userErrors } = await client.createJob([file], steps, more);
      assert.equal(job, null);
      assert.deepEqual(
        userErrors.map(({ code, field }) => ({ code, field })),
        [{ code: 'INVALID_INPUT', field: ['input', ...field] }],
      );
    });
  await t.test('too many files', async () => {
    const { userErrors } = await client.createJob(Array(501).fill(file), [turn]);
    assert.deepEqual(userErrors[0]?.field, ['input', 'fileIds']);
  });
  await t.test('all that is wrong is told at once', async () => {
    const { userErrors } = await client.createJob([file], [turn], { name: half, idempotencyKey: '\0' });
    assert.equal(userErrors.length, 2);
  });

  const id = '01980000-0000-7000-8000-000000000000';
  const cursor = (at: string, uuid = id) => Buffer.from(`${at},${uuid}`).toString('base64url');
  const questions: [what: string, variables: object, field: string[]][] = [
    ['NUL in what is looked for', { filter: { text: 'a\0' } }, ['filter', 'text']],
    ['half a character in it', { filter: { text: half } }, ['filter', 'text']],
    ['too much to look for', { filter: { text: '%_'.repeat(128) } }, ['filter', 'text']],
    ['too many states', { filter: { states: Array(7).fill('QUEUED') } }, ['filter', 'states']],
    ['a cursor of an impossible time', { after: cursor('2026-99-99T99:99:99.999Z') }, ['after']],
    ['a cursor of the 30th of February', { before: cursor('2026-02-30T00:00:00Z') }, ['before']],
    ['a cursor of the year 0', { after: cursor('0000-01-01T00:00:00Z') }, ['after']],
    ['a cursor without an id', { after: cursor('2026-01-01T00:00:00Z', '-'.repeat(36)) }, ['after']],
    ['a cursor that is none', { after: half }, ['after']],
    ['a cursor that is too long', { before: cursor('2026-01-01T00:00:00Z').repeat(2) }, ['before']],
    ['too large a page', { last: 101 }, ['last']],
  ];
  for (const [what, variables, field] of questions)
    await t.test(what, async () => {
      const { errors } = await client.ask(
        `query ($first: Int, $last: Int, $after: String, $before: String, $filter: JobFilter) {
          jobs(first: $first, last: $last, after: $after, before: $before, filter: $filter) { totalCount } }`,
        variables,
      );
      assert.deepEqual(
        errors?.map(({ extensions }) => extensions),
        [{ code: 'INVALID_INPUT', field }],
      );
    });
  await t.test('and a cursor of ours is good', async () => {
    await client.startJob([file], [turn], { name: '😀' });
    await client.startJob([file], [turn]);
    const read = (after: string | null) =>
      client.data<{ jobs: { edges: { node: { name: string } }[]; pageInfo: { endCursor: string } } }>(
        'query ($after: String) { jobs(first: 1, after: $after) { edges { node { name } } pageInfo { endCursor } } }',
        { after },
      );
    const { jobs } = await read(null);
    assert.equal((await read(jobs.pageInfo.endCursor)).jobs.edges[0]?.node.name, '😀');
  });
});
