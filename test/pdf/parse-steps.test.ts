import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseSteps } from '../../server/pdf/parse-steps.ts';
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
  const said = steps.flatMap(({ description, options }) => [
    description,
    ...Object.values(options).map((option) => option.description),
  ]);
  assert.deepEqual(
    said.filter((text) => /[`*]|\]\(/.test(text)),
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
