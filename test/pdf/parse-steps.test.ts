import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseSteps } from '../../server/pdf/parse-steps.ts';
import type { Step } from '../../server/pdf/model/step.ts';
import { steps } from '../../server/pdf/registry.ts';

test('defaults are filled in and null counts as left out', () => {
  const { calls, problems } = parseSteps([{ name: 'pageNumbers', options: { prefix: null, start: 3 } }]);
  assert.deepEqual(problems, []);
  assert.deepEqual(calls[0]?.options, {
    format: '{n}',
    position: 'BOTTOM_CENTER',
    start: 3,
    prefix: '',
    width: 0,
    size: 10,
    style: 'DECIMAL',
    margin: 24,
    across: false,
    facing: false,
  });
});

const refused: [why: string, name: string, options: Record<string, unknown>, field: string[]][] = [
  ['a missing option', 'rotate', {}, ['0', 'rotate', 'degrees']],
  ['a turn that is no quarter', 'rotate', { degrees: 45 }, ['0', 'rotate', 'degrees']],
  ['text for a number', 'rotate', { degrees: '90' }, ['0', 'rotate', 'degrees']],
  ['an unknown option', 'merge', { speed: 1 }, ['0', 'merge', 'speed']],
  ['a prototype’s name', 'merge', JSON.parse('{"__proto__": true}'), ['0', 'merge', '__proto__']],
  ['another prototype’s name', 'merge', { constructor: 1 }, ['0', 'merge', 'constructor']],
  ['an unknown step', 'toString', {}, ['0', 'toString']],
  ['two of exactly one', 'pages', { select: '1', remove: '2' }, ['0', 'pages']],
  ['none of exactly one', 'pages', {}, ['0', 'pages']],
  [
    'a value that is none of the enum',
    'pageNumbers',
    { position: 'MIDDLE' },
    ['0', 'pageNumbers', 'position'],
  ],
  ['a number too small', 'pageNumbers', { size: 0 }, ['0', 'pageNumbers', 'size']],
  ['infinity', 'pageNumbers', { size: Infinity }, ['0', 'pageNumbers', 'size']],
  ['text too long', 'metadata', { title: 'x'.repeat(1001) }, ['0', 'metadata', 'title']],
  ['a list with another type in it', 'metadata', { keywords: ['a', 1] }, ['0', 'metadata', 'keywords']],
  ['a page range too long', 'rotate', { degrees: 90, pages: '1,'.repeat(2_001) }, ['0', 'rotate', 'pages']],
  ['a list too long', 'arrange', { leaves: Array(20_001).fill({ file: 1 }) }, ['0', 'arrange', 'leaves']],
  ['no object in a list', 'arrange', { leaves: [{ file: 1 }, '1:1'] }, ['0', 'arrange', 'leaves']],
  [
    'no object in an object',
    'arrange',
    { leaves: [{ blank: 'A4' }] },
    ['0', 'arrange', 'leaves', '0', 'blank'],
  ],
  ['a list for an object', 'arrange', { leaves: [{ blank: [] }] }, ['0', 'arrange', 'leaves', '0', 'blank']],
  [
    'a number in an object',
    'arrange',
    { leaves: [{ file: 1 }, { file: 0 }] },
    ['0', 'arrange', 'leaves', '1', 'file'],
  ],
  [
    'a prototype’s name in an object',
    'arrange',
    { leaves: [JSON.parse('{"file": 1, "__proto__": {}}')] },
    ['0', 'arrange', 'leaves', '0', '__proto__'],
  ],
  [
    'text in an object of an object',
    'arrange',
    { leaves: [{ blank: { size: 'x'.repeat(41) } }] },
    ['0', 'arrange', 'leaves', '0', 'blank', 'size'],
  ],
  ['no list', 'metadata', { keywords: 'a' }, ['0', 'metadata', 'keywords']],
  ['a control character', 'metadata', { title: 'a\u0000b' }, ['0', 'metadata', 'title']],
];

for (const [why, name, options, field] of refused) {
  test(`${why} is refused with the path to it`, () => {
    const { problems } = parseSteps([{ name, options }]);
    assert.deepEqual(
      problems.map((problem) => [problem.code, problem.field]),
      [['INVALID_INPUT', field]],
    );
    assert.match(problems[0]!.message, /\.$/);
  });
}

test('objects are taken with what is known of them, without null, and of many faulty ones the first is told', () => {
  const { calls } = parseSteps([
    {
      name: 'arrange',
      options: {
        leaves: [
          { file: 2, pages: null, turn: 90 },
          { blank: {}, times: 2 },
        ],
      },
    },
  ]);
  assert.deepEqual(calls[0]?.options, {
    leaves: [
      { file: 2, turn: 90 },
      { blank: {}, times: 2 },
    ],
  });
  const faulty = { file: 0, turn: 1 };
  const { problems } = parseSteps([{ name: 'arrange', options: { leaves: [{ file: 1 }, faulty, faulty] } }]);
  assert.deepEqual(
    problems.map(({ field }) => field.slice(2)),
    [
      ['leaves', '1', 'file'],
      ['leaves', '1', 'turn'],
    ],
  );
});

test('every problem of every step is reported at once', () => {
  const { problems } = parseSteps([
    { name: 'rotate', options: { degrees: 1, pages: 2 } },
    { name: 'nothing', options: {} },
  ]);
  assert.deepEqual(
    problems.map((problem) => problem.field.join('.')),
    ['0.rotate.degrees', '0.rotate.pages', '1.nothing'],
  );
});

test('steps are described in plain text, as a form shows it', () => {
  const descriptionsOf = (options: Step['options']): string[] =>
    Object.values(options).flatMap(({ description, fields = {} }) => [
      description,
      ...descriptionsOf(fields),
    ]);
  const said = steps.flatMap(({ description, options }) => [description, ...descriptionsOf(options)]);
  assert.deepEqual(
    said.filter((text) => /`|\*.*\*|\]\(/.test(text)),
    [],
  );
});

test('what is chosen from several by a yes is not chosen by a no', () => {
  const { problems } = parseSteps([{ name: 'split', options: { bookmarks: false } }]);
  assert.deepEqual(
    problems.map(({ code, message, field }) => [code, message, field]),
    [['INVALID_INPUT', '“At bookmarks” can only be true.', ['0', 'split', 'bookmarks']]],
  );
});
