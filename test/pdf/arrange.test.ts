import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseSteps } from '../../server/pdf/parse-steps.ts';
import { passFor } from '../../server/pdf/passes/open-pass.ts';
import { bind } from '../../server/pdf/registry.ts';
import { arranged, shown, sources } from '../helpers/arranged.ts';
import { leanPdf } from '../helpers/lean-pdf.ts';
import { makePdf, plainBytes, qpdfCheck, readPdf } from '../helpers/pdf.ts';
import { random } from '../helpers/random.ts';
import { runPass, runSteps } from '../helpers/run-steps.ts';

const rich = (name: string) =>
  makePdf({
    pages: 6,
    text: (n) => `${name}${n}`,
    links: (n) => [1 + (n % 6)],
    dests: { [`${name}-last`]: 6 },
    outline: [
      { title: `${name} one`, to: 1 },
      { title: `${name} five`, to: 5 },
    ],
    fields: [{ name: 'field', pages: [2, 4], value: name }],
    labels: [{ from: 1, style: 'r' }],
    attachments: [{ name: `${name}.txt`, text: name }],
    tagged: true,
    layer: 'Notes',
  });

test('what it makes of two documents is byte for byte what merge, pages and rotate make of them', async () => {
  const inputs = { 'a.pdf': rich('a'), 'b.pdf': rich('b') };
  const one = await runSteps(inputs, ['arrange', { pages: '2:6 1:1-3,5 2:2>90 1:5' }]);
  const three = await runSteps(
    inputs,
    ['merge', { bookmarks: false }],
    ['pages', { select: '12,1-3,5,8,5' }],
    ['rotate', { degrees: 90, pages: '6' }],
  );
  assert.ok(one.output.equals(three.output));
  assert.deepEqual([one.losses, one.warnings], [three.losses, three.warnings]);
  const { links, bookmarks, fields, attachments, labels } = one.written[0]!.kept!;
  for (const kept of [links, bookmarks, fields, attachments, labels]) assert.ok(kept > 0);
  await qpdfCheck(one.output);
});

test('of a document alone it is pages, and all of it in its order is nothing', async () => {
  const a = rich('a');
  const pages = await runSteps(a, ['pages', { select: '5-2,2' }]);
  const arranged = await runSteps(a, ['arrange', { pages: '1:5-3 1:2*2' }]);
  assert.ok(arranged.output.equals(pages.output));
  const whole = await runSteps(a, ['arrange', { pages: '1:1-2 1:3-last' }]);
  assert.ok(whole.output.equals(a));
  assert.deepEqual(whole.idle, ['“Arrange pages” found nothing to do: all pages stay, in their order.']);
  const turned = await runSteps(a, ['arrange', { pages: '1:1-2 1:3>90 1:4-last' }]);
  assert.equal(turned.written[0]!.way, 'append');
});

test('what earlier steps have drawn stays on its page, and later ones see how it is turned', async () => {
  const { output, done } = await runSteps(
    {
      'a.pdf': makePdf({ pages: 2, text: (n) => `a${n}` }),
      'b.pdf': makePdf({ pages: 1, text: () => 'b1' }),
    },
    ['stamp', { text: 'before', x: 10, y: 20, size: 8, pages: '1' }],
    ['arrange', { pages: '1:2 2:1>90 1:1>180' }],
    ['stamp', { text: 'after', x: 10, y: 20, size: 8 }],
    ['rotate', { degrees: 90, absolute: true }],
  );
  await qpdfCheck(output);
  const { pages } = await readPdf(output);
  assert.deepEqual(
    pages.map(({ text, rotate }) => [text, rotate]),
    [
      ['a2 after', 90],
      ['b1 before after', 90],
      ['a1 before after', 90],
    ],
  );
  // The page that stands as it should already is not turned again.
  assert.deepEqual(done.slice(1), [
    '3 pages of 2 documents arranged into 3 pages of 1 document, 2 pages turned',
    '3 pages stamped “after”',
    '2 pages turned to 90°',
  ]);
  // Drawn for who read the page as it stood then.
  const places = pages.map(({ items }) =>
    Object.fromEntries(items.map(({ text, x, y }) => [text, [x, y].map(Math.round)])),
  );
  assert.deepEqual(places[1], { b1: [720, 595 - 72], before: [20, 595 - 10], after: [10, 20] });
});

test('empty pages have their size, also first and alone, and are numbered and stamped', async () => {
  const inputs = {
    'a.pdf': rich('a'),
    'b.pdf': makePdf({ pages: 2, size: [300, 400], text: (n) => `b${n}` }),
  };
  const { outputs } = await runSteps(
    inputs,
    ['arrange', { pages: 'blank(Letter) 2:1 blank blank(A4)>90 | blank 2:2>90 blank | blank(100x200mm)*2' }],
    ['pageNumbers', { format: '#{n}', position: 'TOP_RIGHT' }],
    ['stamp', { text: 'X', size: 10, position: 'BOTTOM_LEFT' }],
  );
  const sizes = [];
  for (const output of outputs) {
    await qpdfCheck(output);
    const { pages } = await readPdf(output);
    for (const { items, width, height } of pages) {
      const number = items.find(({ text }) => text.startsWith('#'))!;
      assert.ok(number.x > width - 60 && number.x < width && number.y > height - 60 && number.y < height);
      assert.ok(items.some(({ text, x, y }) => text === 'X' && x < 60 && y < 60));
    }
    sizes.push(pages.map(({ width, height }) => [width, height].map(Math.round).join('x')).join(' '));
  }
  assert.deepEqual(sizes, ['612x792 300x400 300x400 842x595', '400x300 400x300 400x300', '283x567 283x567']);
});

test('an empty page after one that was cropped and turned is as large as that looks', async () => {
  const { output } = await runSteps(
    makePdf({ pages: 1 }),
    ['crop', { left: 100, width: 200, height: 300 }],
    ['arrange', { pages: '1>90 blank' }],
  );
  await qpdfCheck(output);
  const { pages } = await readPdf(output);
  assert.deepEqual(
    pages.map(({ width, height }) => `${width}x${height}`),
    ['300x200', '300x200'],
  );
});

test('of a file that no leaf is of nothing comes along, wherever empty pages stand', async () => {
  const inputs = { 'a.pdf': rich('secret'), 'b.pdf': rich('b') };
  const { output } = await runSteps(inputs, ['arrange', { pages: 'blank(A4) 2:1 blank' }]);
  assert.ok(!(await plainBytes(output)).includes('secret'));
});

test('a page that comes twice is two pages, with a widget of its field on each', async () => {
  const { output } = await runSteps(rich('a'), ['arrange', { pages: '1:2*2 1:4>90' }]);
  await qpdfCheck(output);
  const { output: pages } = await runSteps(rich('a'), ['pages', { select: '2,2,4' }]);
  assert.deepEqual((await readPdf(output)).fields, (await readPdf(pages)).fields);
});

test('twenty thousand leaves in an order of their own, in parts that two attempts have done', async (t) => {
  const seed = 20_261_131;
  t.diagnostic(`seed ${seed}`);
  const count = 20_000;
  const order = random(seed).shuffled(Array.from({ length: count }, (_, index) => index + 1));
  const pages = order.map((page) => (page % 3 === 0 ? `1:${page}>90` : `1:${page}`)).join(' ');
  const input = {
    sources: [{ name: 'a.pdf', bytes: leanPdf(count, (page) => page + 3) }],
    assets: new Map(),
    calls: bind(parseSteps([{ name: 'arrange', options: { pages } }]).calls),
    fixed: { date: '2026-01-02T03:04:05.678Z', id: 'job' },
    maxPages: count,
  };
  const open = await passFor(input.calls);
  const before = process.memoryUsage().rss;
  const start = performance.now();
  const [one, other] = [await open(input, () => {}), await open(input, () => {})];
  const resumed = {
    ...other,
    range: (first: number, last: number) => (first < count / 2 ? one : other).range(first, last),
  };
  const { outputs } = await runPass(resumed, input.sources);
  const took = Math.round(performance.now() - start);
  const megabytes = Math.round((process.memoryUsage().rss - before) / 1e6);
  t.diagnostic(`${took} ms, ${megabytes} MB`);
  assert.ok(took < 30_000 && megabytes < 400, `${took} ms, ${megabytes} MB`);
  const plain = await plainBytes(outputs[0]!);
  const found = plain.matchAll(/^%% Page \d+\n.*\n.*\n<<\n  \/MediaBox \[\s+0\s+0\s+(\d+)[^>]*>>/gm);
  const leaves = Array.from(found, ([page, width]) => {
    const turn = /Rotate (\d+)/.exec(page)?.[1];
    return `1:${Number(width) - 3}${turn ? `>${turn}` : ''}`;
  });
  assert.deepEqual(leaves.join(' '), pages);
  const straight = await runPass(await open(input, () => {}), input.sources, [[0, count]]);
  assert.ok(straight.outputs[0]!.equals(outputs[0]!));
});

test('leaves at random come out as a simple model has them, as text and as a list', async (t) => {
  const seed = 20_261_130;
  t.diagnostic(`seed ${seed}`);
  const chance = random(seed);
  const inputs = Object.fromEntries(
    sources.map(({ name, pages }) => [name, makePdf({ pages, text: (n) => `${name} ${n}` })]),
  );
  for (let round = 0; round < 300; round += 1) {
    const { text, leaves, model } = randomLeaves(chance);
    const documents = arranged({ pages: text });
    assert.deepEqual(
      documents.map(({ pages }) => pages.map(shown)),
      model,
      text,
    );
    assert.deepEqual(arranged({ leaves }), documents, text);
    // Each as a PDF would take minutes.
    if (round % 30 !== 0) continue;
    const { outputs } = await runSteps(inputs, ['arrange', { pages: text }]);
    for (const [index, output] of outputs.entries()) {
      await qpdfCheck(output);
      assert.deepEqual((await readPdf(output)).pages.map(seen), model[index]!.map(wanted), text);
    }
  }
});

const seen = ({
  text,
  rotate,
  width,
  height,
}: {
  text: string;
  rotate: number;
  width: number;
  height: number;
}) =>
  `${text} ${rotate} ${rotate % 180 === 0 ? `${Math.round(width)}x${Math.round(height)}` : `${Math.round(height)}x${Math.round(width)}`}`;

/** How a leaf of the model is seen in a PDF. */
function wanted(leaf: string): string {
  const [what = '', turn = '0'] = leaf.split('>');
  if (what.startsWith('[')) return ` ${turn} ${what.slice(1, -1)}`;
  const [file, page] = what.split(':').map(Number) as [number, number];
  return `${sources[file - 1]!.name} ${page} ${turn} 595x842`;
}

/** Words, the same as objects, and the leaves that they mean: each drawn apart, none by what is tested. */
function randomLeaves(chance: ReturnType<typeof random>) {
  const words: string[] = [];
  const leaves: object[] = [];
  const model: string[][] = [[]];
  for (let count = 1 + chance.below(8); count > 0; count -= 1) {
    if (model.at(-1)!.length > 0 && chance.below(4) === 0) {
      const name = chance.of([undefined, 'One', 'Say "two"']);
      words.push(name === undefined ? '|' : `|"${name.replaceAll('"', '""')}"`);
      leaves.push({ cut: { name } });
      model.push([]);
    }
    const turn = chance.of([undefined, undefined, 90, 180, 270]);
    const times = chance.of([undefined, undefined, 1, 3]);
    const after = `${turn ? `>${turn}` : ''}${times ? `*${times}` : ''}`;
    const file = 1 + chance.below(2);
    const { pages } = sources[file - 1]!;
    const [from, to] = [1 + chance.below(pages), 1 + chance.below(pages)];
    const all = Array.from({ length: pages }, (_, index) => index + 1);
    const [size, width, height] = chance.of([
      ['A5', 420, 595],
      ['400x500', 400, 500],
    ] as const);
    const [word, leaf, own] = chance.of([
      [`${file}`, { file }, all],
      [
        `${file}:${from}-${to}`,
        { file, pages: `${from}-${to}` },
        from < to ? all.slice(from - 1, to) : all.slice(to - 1, from).toReversed(),
      ],
      [
        `${file}:r${from},odd`,
        { file, pages: `r${from},odd` },
        [pages + 1 - from, ...all.filter((page) => page % 2 === 1)],
      ],
      [`blank(${size})`, { blank: { size } }, [`[${width}x${height}]`]],
    ] as const);
    words.push(`${word}${after}`);
    leaves.push({ ...leaf, turn, times });
    for (let time = 0; time < (times ?? 1); time += 1)
      for (const page of own)
        model.at(-1)!.push(`${typeof page === 'number' ? `${file}:${page}` : page}${turn ? `>${turn}` : ''}`);
  }
  return { text: words.join(' '), leaves, model };
}
