import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkPlan } from '../../server/pdf/plan/plan.ts';
import { bind } from '../../server/pdf/registry.ts';
import { parseSteps } from '../../server/pdf/parse-steps.ts';
import { makePdf, qpdfCheck, readPdf } from '../helpers/pdf.ts';
import { runSteps } from '../helpers/run-steps.ts';

/** Documents of so many empty pages, as `1.pdf`, `2.pdf` and on. */
function documents(...pages: number[]): Record<string, Buffer> {
  const all = pages.map((count, index) => [`${index + 1}.pdf`, makePdf({ pages: count, text: () => '' })]);
  return Object.fromEntries(all) as Record<string, Buffer>;
}

async function textsOf(outputs: readonly Buffer[]): Promise<string[][]> {
  return Promise.all(outputs.map(async (output) => (await readPdf(output)).pages.map(({ text }) => text)));
}

test('40 files are numbered across, each comes back under its own name, and its numbers are told', async () => {
  const names = Array.from(
    { length: 40 },
    (_, index) => `exhibit ${String.fromCodePoint(97 + (index % 26))}${index}.pdf`,
  );
  const inputs = Object.fromEntries(
    names.map((name, index) => [name, makePdf({ pages: 1 + (index % 5), text: () => '' })]),
  );
  const { outputs, written, done } = await runSteps(inputs, [
    'pageNumbers',
    { across: true, prefix: 'ACME-', width: 6 },
  ]);
  assert.deepEqual(
    written.map(({ name }) => name),
    names,
  );
  let next = 1;
  const number = (): string => `ACME-${String(next++).padStart(6, '0')}`;
  const expected = names.map((_, index) => Array.from({ length: 1 + (index % 5) }, number));
  assert.deepEqual(await textsOf(outputs), expected);
  assert.deepEqual(done, [
    '120 pages numbered',
    ...names.map((name, index) => {
      const [first, last] = [expected[index]!.at(0), expected[index]!.at(-1)];
      return first === last ? `${name}: ${first}` : `${name}: ${first} to ${last}`;
    }),
  ]);
  await qpdfCheck(outputs[39]!);
});

test('a format names the pages of the job, the document and the day on which the job was made', async () => {
  const { outputs } = await runSteps(documents(2, 1), [
    'pageNumbers',
    { across: true, format: '{file}: {n} of {total}, {date} {{n}} {other}' },
  ]);
  assert.deepEqual(await textsOf(outputs), [
    ['1: 1 of 3, 2026-01-02 {n} {other}', '1: 2 of 3, 2026-01-02 {n} {other}'],
    ['2: 3 of 3, 2026-01-02 {n} {other}'],
  ]);
});

test('without across each document begins anew, and nothing but their sum is told', async () => {
  const { outputs, done } = await runSteps(documents(2, 1), ['pageNumbers', { format: '{n}/{total}' }]);
  assert.deepEqual(await textsOf(outputs), [['1/2', '2/2'], ['1/1']]);
  assert.deepEqual(done, ['3 pages numbered']);
});

test('pages that are not numbered count all the same, and what is told is what was written', async () => {
  const { outputs, done } = await runSteps(documents(3, 1, 4), [
    'pageNumbers',
    { across: true, format: '#{n}', start: 10, pages: 'even' },
  ]);
  assert.deepEqual(await textsOf(outputs), [['', '#11', ''], [''], ['', '#15', '', '#17']]);
  assert.deepEqual(done, ['3 pages numbered', '1.pdf: 11', '3.pdf: 15 to 17']);
});

test('facing pages are those of each document', async () => {
  const { outputs } = await runSteps(documents(1, 2), [
    'pageNumbers',
    { across: true, facing: true, position: 'BOTTOM_RIGHT' },
  ]);
  const sides = await Promise.all(
    outputs.map(async (output) =>
      (await readPdf(output)).pages.map(({ width, items }) => (items[0]!.x < width / 2 ? 'left' : 'right')),
    ),
  );
  assert.deepEqual(sides, [['right'], ['right', 'left']]);
});

test('what is numbered across is the documents as they stand at that step', async () => {
  const { outputs, done } = await runSteps(
    documents(2, 2),
    ['pages', { select: '1' }],
    ['pageNumbers', { across: true, format: '{n}/{total}' }],
    ['merge'],
  );
  assert.deepEqual(await textsOf(outputs), [['1/2', '2/2']]);
  assert.deepEqual(done.slice(1, 4), ['2 pages numbered', '1.pdf: 1', '2.pdf: 2']);
});

test('of many documents the numbers of the first hundred are told, and where they end', async () => {
  const { done } = await runSteps(documents(130), ['split', { every: 1 }], ['pageNumbers', { across: true }]);
  assert.equal(done.length, 103);
  assert.deepEqual(done.slice(-2), ['1 100-100: 100', '30 more files, the last one 1 130-130: 130']);
});

test('numbers across that a style cannot write are refused, from page counts alone', () => {
  const check = (across: boolean, pages: number): void => {
    const { calls } = parseSteps([{ name: 'pageNumbers', options: { across, style: 'ROMAN_LOWER' } }]);
    const sources = [3_000, pages].map((count) => ({ name: 'a.pdf', pages: count }));
    checkPlan(bind(calls), sources, { maxPages: 20_000, maxJobPages: 200_000 });
  };
  check(false, 1_000);
  check(true, 999);
  assert.throws(() => check(true, 1_000), {
    code: 'INVALID_INPUT',
    field: ['0', 'pageNumbers', 'style'],
    message: 'The numbers 1 to 4000 cannot all be written in this style.',
  });
});

test('a name that cannot be written is refused with the document', async () => {
  const inputs = { 'plain.pdf': makePdf({ pages: 1 }), 'report \u{1F4C4}.pdf': makePdf({ pages: 1 }) };
  await assert.rejects(runSteps(inputs, ['pageNumbers', { format: '{file} {n}' }]), {
    code: 'INVALID_INPUT',
    field: ['0', 'pageNumbers', 'format'],
    message: /^report \u{1F4C4}\.pdf: “\u{1F4C4}” \(U\+1F4C4\) cannot be written/u,
  });
  await runSteps(inputs, ['pageNumbers', { format: '{{file}} {n}' }]);
});
