import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makePdf } from './helpers/pdf.ts';
import { startServer } from './helpers/server.ts';

test('createJob says what is wrong, and with which field', async (t) => {
  await using server = await startServer({ worker: false });
  const client = await server.guest();
  const file = await client.upload(makePdf({ pages: 10 }));
  const rotate = { rotate: { degrees: 90 } };
  const cases: [string, string[], object[], string, string[]][] = [
    ['no file', [], [rotate], 'INVALID_INPUT', ['input', 'fileIds']],
    ['no step', [file], [], 'INVALID_INPUT', ['input', 'steps']],
    [
      'an unknown file',
      [file, 'file_0123456789abcdef0123456789abcdef'],
      [rotate],
      'NOT_FOUND',
      ['input', 'fileIds', '1'],
    ],
    [
      'an id of another kind',
      ['job_0123456789abcdef0123456789abcdef'],
      [rotate],
      'NOT_FOUND',
      ['input', 'fileIds', '0'],
    ],
    [
      'half a right angle',
      [file],
      [{ rotate: { degrees: 45 } }],
      'INVALID_INPUT',
      ['input', 'steps', '0', 'rotate', 'degrees'],
    ],
    [
      'pages that are not there',
      [file],
      [rotate, { pages: { select: '5-11' } }],
      'INVALID_RANGE',
      ['input', 'steps', '1', 'pages', 'select'],
    ],
    [
      'no page left',
      [file],
      [{ pages: { remove: '1-last' } }],
      'INVALID_RANGE',
      ['input', 'steps', '0', 'pages', 'remove'],
    ],
    [
      'pages gone by then',
      [file],
      [{ pages: { select: '1-2' } }, { rotate: { degrees: 90, pages: '3' } }],
      'INVALID_RANGE',
      ['input', 'steps', '1', 'rotate', 'pages'],
    ],
    [
      'nonsense as a range',
      [file],
      [{ rotate: { degrees: 90, pages: 'a few' } }],
      'INVALID_RANGE',
      ['input', 'steps', '0', 'rotate', 'pages'],
    ],
  ];
  for (const [what, fileIds, steps, code, field] of cases)
    await t.test(what, async () => {
      const { job, userErrors } = await client.createJob(fileIds, steps);
      assert.equal(job, null);
      assert.deepEqual([userErrors[0]?.code, userErrors[0]?.field], [code, field]);
      assert.match(userErrors[0]?.message ?? '', /\w.*[.!]$/s);
    });
  await t.test('several mistakes are told at once', async () => {
    const { userErrors } = await client.createJob(
      [file],
      [{ rotate: { degrees: 1 } }, { rotate: { degrees: 2 } }],
    );
    assert.deepEqual(
      userErrors.map((error) => error.field?.[2]),
      ['0', '1'],
    );
  });
  await t.test('and nothing was made', async () => {
    const { jobs } = await client.data<{ jobs: { totalCount: number } }>('{ jobs { totalCount } }');
    assert.equal(jobs.totalCount, 0);
  });
});

test('a job of too many pages is refused, and says what is allowed', async (t) => {
  await using server = await startServer({
    worker: false,
    env: { MAX_PAGES: '100', MAX_JOB_PAGES: '300' },
  });
  const client = await server.guest();
  const file = await client.upload(makePdf({ pages: 100 }));
  const rotate = { rotate: { degrees: 90 } };
  const cases: [string, string[], object[], string[], RegExp][] = [
    ['in its files', Array(4).fill(file), [rotate], ['input', 'fileIds'], /400 pages in all; 300 are/],
    [
      'after a step',
      [file, file],
      [
        { pages: { select: '1-50' } },
        { split: { every: 10 } },
        rotate,
        { pages: { select: '1-last,1-last,1-last,1-last' } },
      ],
      ['input', 'steps', '3', 'pages'],
      /400 pages after this step; 300 are/,
    ],
    [
      'in all steps together',
      [file, file, file],
      Array(11).fill(rotate),
      ['input', 'steps', '10', 'rotate'],
      /3300 pages; 3000 are/,
    ],
  ];
  for (const [what, fileIds, steps, field, message] of cases)
    await t.test(what, async () => {
      const { job, userErrors } = await client.createJob(fileIds, steps);
      assert.equal(job, null);
      assert.deepEqual([userErrors[0]?.code, userErrors[0]?.field], ['LIMIT_EXCEEDED', field]);
      assert.match(userErrors[0]?.message ?? '', message);
    });
  await t.test('as many as are allowed are taken', async () => {
    const { job } = await client.createJob(Array(3).fill(file), Array(10).fill(rotate));
    assert.ok(job);
  });
});

test('an idempotency key holds, also under concurrent calls', async () => {
  await using server = await startServer({ worker: false });
  const client = await server.guest();
  const file = await client.upload(makePdf({ pages: 2 }));
  const steps = [{ rotate: { degrees: 90 } }];
  const payloads = await Promise.all(
    Array.from({ length: 10 }, () => client.createJob([file], steps, { idempotencyKey: 'once' })),
  );
  assert.equal(new Set(payloads.map(({ job }) => job?.id)).size, 1);
  const conflict = await client.createJob([file], [{ rotate: { degrees: 180 } }], { idempotencyKey: 'once' });
  assert.equal(conflict.userErrors[0]?.code, 'IDEMPOTENCY_CONFLICT');
  assert.deepEqual(conflict.userErrors[0]?.field, ['input', 'idempotencyKey']);
  const other = await server.guest();
  const theirs = await other.createJob([await other.upload(makePdf({ pages: 2 }))], steps, {
    idempotencyKey: 'once',
  });
  assert.notEqual(theirs.job?.id, payloads[0]?.job?.id);
});

test('an owner may have only so many unfinished jobs', async () => {
  await using server = await startServer({ worker: false, env: { MAX_UNFINISHED_JOBS: '3' } });
  const client = await server.guest();
  const file = await client.upload(makePdf({ pages: 1 }));
  const all = await Promise.all(
    Array.from({ length: 6 }, () => client.createJob([file], [{ rotate: { degrees: 90 } }])),
  );
  assert.equal(all.filter(({ job }) => job).length, 3);
  assert.ok(
    all.filter(({ job }) => !job).every(({ userErrors }) => userErrors[0]?.code === 'LIMIT_EXCEEDED'),
  );
});

test('a retry is a new job from the same inputs and steps', async () => {
  await using server = await startServer();
  const client = await server.guest();
  const file = await client.upload(makePdf({ pages: 1 }), 'once.pdf');
  const id = await client.startJob([file], [{ rotate: { degrees: 90 } }], { name: 'again' });
  await client.finish(id);
  const { retryJob } = await client.data<{
    retryJob: { job: { id: string; name: string; retryOf: { id: string } }; userErrors: [] };
  }>(
    'mutation ($id: ID!) { retryJob(input: { id: $id }) { job { id name retryOf { id } } userErrors { code } } }',
    { id },
  );
  assert.deepEqual([retryJob.job.name, retryJob.job.retryOf.id], ['again', id]);
  assert.notEqual(retryJob.job.id, id);
  assert.equal((await client.finish(retryJob.job.id)).state, 'COMPLETED');
});

test('a name of a job shows as it is', async () => {
  await using server = await startServer({ worker: false });
  const client = await server.guest();
  const fileIds = [await client.upload(makePdf({ pages: 1 }))];
  const { createJob } = await client.data<{ createJob: { job: { name: string } } }>(
    `mutation ($input: CreateJobInput!) { createJob(input: $input) { job { name } } }`,
    { input: { fileIds, steps: [{ rotate: { degrees: 90 } }], name: ' re\u202Efdp\u2066\u200B.exe ' } },
  );
  assert.equal(createJob.job.name, 'refdp.exe');
});

test('a query that asks too much is refused before it runs', async (t) => {
  await using server = await startServer({ worker: false });
  const client = await server.guest();
  const cases = {
    depth: `{ jobs { edges { node ${'{ retryOf '.repeat(20)} { id } ${'}'.repeat(20)} } } }`,
    aliases: `{ ${Array.from({ length: 40 }, (_, i) => `a${i}: viewer { id }`).join(' ')} }`,
    cost: '{ jobs(first: 100) { edges { node { events(first: 500) { edges { node { seq at type message } } } } } } }',
    'nested fragments': `{ ...f0 } ${Array.from({ length: 30 }, (_, i) => `fragment f${i} on Query { ...f${i + 1} ...f${i + 1} }`).join(' ')} fragment f30 on Query { viewer { id } }`,
    tokens: `{ ${'viewer { id } '.repeat(1_000)} }`,
  };
  for (const [what, query] of Object.entries(cases))
    await t.test(what, async () => {
      const { data, errors } = await client.ask(query);
      assert.equal(data, undefined);
      assert.ok(errors?.length);
    });
  await t.test('page sizes', async () => {
    for (const args of ['first: 101', 'first: -1', 'first: 1, last: 1', 'after: "nonsense"'])
      assert.equal(
        (await client.ask(`{ jobs(${args}) { totalCount } }`)).errors?.[0]?.extensions.code,
        'INVALID_INPUT',
        args,
      );
  });
});
