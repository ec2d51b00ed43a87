import assert from 'node:assert/strict';
import { test } from 'node:test';
import { getDocument } from 'pdfjs-dist/legacy/build/pdf.mjs';
import { plainBytes, qpdfCheck, qpdfObjects } from '../helpers/pdf.ts';
import { RawPdf } from '../helpers/raw-pdf.ts';
import { runSteps } from '../helpers/run-steps.ts';

interface Layered {
  /** The layers that each page draws by. */
  pages: readonly (readonly string[])[];
  /** Layers that the document lists and no page uses. */
  unused?: readonly string[];
  /** What more a layer says. */
  group?: (name: string) => string;
  /** A configuration's entries, `$name` for each layer. */
  config: string;
  others?: readonly string[];
}

function layered({ pages, unused = [], group = () => '', config, others = [] }: Layered): Buffer {
  const file = new RawPdf();
  const [root, tree] = [file.reserve(), file.reserve()];
  const names = [...new Set([...pages.flat(), ...unused])];
  const ids = new Map(
    names.map((name) => [name, file.add(`<< /Type /OCG /Name (${name}) ${group(name)} >>`)]),
  );
  const refer = (text: string): string =>
    text.replace(/\$(\w+)/g, (_, name: string) => `${ids.get(name)} 0 R`);
  const kids = pages.map((own) => {
    const drawn = own.map((_, index) => `/OC /M${index} BDC 0 0 ${index + 1} 9 re f EMC`).join(' ');
    const properties = own.map((name, index) => `/M${index} ${ids.get(name)} 0 R`).join(' ');
    const content = file.addStream('', Buffer.from(drawn));
    return file.add(
      `<< /Type /Page /Parent ${tree} 0 R /MediaBox [0 0 99 99] /Contents ${content} 0 R ` +
        `/Resources << /Properties << ${properties} >> >> >>`,
    );
  });
  file.set(
    tree,
    `<< /Type /Pages /Count ${kids.length} /Kids [${kids.map((id) => `${id} 0 R`).join(' ')}] >>`,
  );
  const list = names.map((name) => refer(`$${name}`)).join(' ');
  const configs = others.map((other) => `<< ${refer(other)} >>`).join(' ');
  file.set(
    root,
    `<< /Type /Catalog /Pages ${tree} 0 R /OCProperties << /OCGs [${list}] /D << ${refer(config)} >> ` +
      `/Configs [${configs}] >> >>`,
  );
  return file.finish(root, undefined);
}

interface Shown {
  /** Names of the layers that are shown, and of those that are not. */
  on: string[];
  off: string[];
}

/** What pdf.js shows; checked by qpdf before. */
async function shownIn(bytes: Buffer): Promise<Shown | undefined> {
  await qpdfCheck(bytes);
  const task = getDocument({ data: new Uint8Array(bytes), verbosity: 0 });
  const document = await task.promise;
  try {
    const config = await document.getOptionalContentConfig();
    const groups = [...config].map(([id, group]) => ({
      id,
      name: String(group.name),
      visible: group.visible,
    }));
    if (groups.length === 0) return undefined;
    const on = groups.filter(({ visible }) => visible);
    const off = groups.filter(({ visible }) => !visible);
    const names = (some: typeof groups): string[] => some.map(({ name }) => name).toSorted();
    return { on: names(on), off: names(off) };
  } finally {
    await task.destroy();
  }
}

/** The layer properties of the catalog, with the names of layers for their references. */
async function propertiesOf(bytes: Buffer): Promise<Record<string, unknown>> {
  const objects = await qpdfObjects(bytes);
  const follow = (value: unknown): unknown => {
    if (typeof value === 'string' && value.endsWith(' R')) return follow(objects[`obj:${value}`]?.value);
    if (Array.isArray(value)) return value.map(follow);
    if (value === null || typeof value !== 'object') return value;
    const dict = value as Record<string, unknown>;
    if (dict['/Type'] === '/OCG') return String(dict['/Name']).slice(2);
    return Object.fromEntries(Object.entries(dict).map(([key, entry]) => [key, follow(entry)]));
  };
  const { '/Root': root } = objects.trailer!.value as Record<string, string>;
  const catalog = objects[`obj:${root}`]!.value as Record<string, unknown>;
  return follow(catalog['/OCProperties']) as Record<string, unknown>;
}

const baseOff: Layered = { pages: [['a1', 'a2']], config: '/BaseState /OFF /ON [$a1] /Order [$a1 $a2]' };
const plain: Layered = { pages: [['b1', 'b2']], config: '/OFF [$b2] /Order [(Second) $b1 [$b2]]' };

for (const [first, second] of [
  [baseOff, plain],
  [plain, baseOff],
  [{ ...baseOff, config: '/BaseState /OFF' }, plain],
  [baseOff, { ...plain, config: '/BaseState /OFF /ON [$b1 $b2] /OFF [$b1]' }],
  [baseOff, { ...plain, config: '/BaseState /Unchanged /ON [$b1]' }],
] as const) {
  test(`merged, layers show what they showed alone: ${first.config} and ${second.config}`, async () => {
    const inputs = { 'a.pdf': layered(first), 'b.pdf': layered(second) };
    const [a, b] = [(await shownIn(inputs['a.pdf']))!, (await shownIn(inputs['b.pdf']))!];
    const { output } = await runSteps(inputs, ['merge']);
    const merged = (await shownIn(output))!;
    assert.deepEqual(merged.on, [...a.on, ...b.on].toSorted());
    assert.deepEqual(merged.off, [...a.off, ...b.off].toSorted());
  });
}

test('merged documents keep the tree of their layers, what locks them and what excludes one another', async () => {
  const config =
    '/Name (mine) /BaseState /OFF /Order [$a1 [$a2 $a3]] /RBGroups [[$a1 $a2]] /Locked [$a3] ' +
    '/AS [<< /Event /Print /Category [/Print] /OCGs [$a1 $a3] >>]';
  const a = layered({ pages: [['a1', 'a2', 'a3']], config });
  const b = layered({ pages: [['b1', 'b2']], config: '/Order [$b1] /RBGroups [[$b1 $b2]] /Locked [$b2]' });
  const { output } = await runSteps({ 'a.pdf': a, 'b.pdf': b }, ['merge']);
  assert.deepEqual(await propertiesOf(output), {
    '/OCGs': ['a1', 'a2', 'a3', 'b1', 'b2'],
    '/D': {
      '/Name': 'u:mine',
      '/OFF': ['a1', 'a2', 'a3'],
      '/Order': ['a1', ['a2', 'a3'], 'b1'],
      '/RBGroups': [
        ['a1', 'a2'],
        ['b1', 'b2'],
      ],
      '/Locked': ['a3', 'b2'],
      '/AS': [{ '/Event': '/Print', '/Category': ['/Print'], '/OCGs': ['a1', 'a3'] }],
    },
  });
});

test('configurations to choose from stay, each for the layers of its own document', async () => {
  const a = layered({
    pages: [['a1', 'a2']],
    config: '',
    others: ['/Name (none) /BaseState /OFF /ON [$a2]'],
  });
  const b = layered({
    pages: [['b1', 'b2']],
    config: '',
    others: ['/Name (some) /BaseState /Unchanged /OFF [$b1]'],
  });
  const { output } = await runSteps({ 'a.pdf': a, 'b.pdf': b }, ['merge']);
  assert.deepEqual((await propertiesOf(output))['/Configs'], [
    { '/Name': 'u:none', '/BaseState': '/Unchanged', '/OFF': ['a1'], '/ON': ['a2'] },
    { '/Name': 'u:some', '/BaseState': '/Unchanged', '/OFF': ['b1'] },
  ]);
});

test('a layer of an intent that its document does not look at stays shown beside one that does', async () => {
  const group = (): string => '/Intent /Design';
  const a = layered({ pages: [['a1']], group, config: '/Intent [/View /Design] /OFF [$a1]' });
  const b = layered({ pages: [['b1']], group, config: '/OFF [$b1]' });
  const { output } = await runSteps({ 'a.pdf': a, 'b.pdf': b }, ['merge']);
  const { '/D': config } = await propertiesOf(output);
  assert.deepEqual(config, { '/Intent': ['/View', '/Design'], '/OFF': ['a1'] });
});

test('of layers that only removed pages have had not a name is left; those of no page belong to the document', async () => {
  const bytes = layered({
    pages: [
      ['kept', 'both'],
      ['goneOne', 'both', 'goneTwo'],
    ],
    unused: ['free'],
    config:
      '/OFF [$goneOne $both] /Order [(Label) [(goneLabel) $goneOne] $goneTwo [$kept $free] $both] /RBGroups [[$kept $goneOne]]',
    others: ['/BaseState /OFF /ON [$goneTwo]'],
  });
  const { output, losses } = await runSteps(bytes, ['pages', { select: '1' }]);
  assert.deepEqual(await shownIn(output), { on: ['free', 'kept'], off: ['both'] });
  const { '/D': config, '/Configs': others } = await propertiesOf(output);
  assert.deepEqual(config, { '/OFF': ['both'], '/Order': ['u:Label', 'kept', 'free', 'both'] });
  assert.deepEqual(others, [{ '/BaseState': '/Unchanged', '/OFF': ['kept', 'both', 'free'] }]);
  assert.doesNotMatch(await plainBytes(output), /gone/);
  assert.deepEqual(losses, []);
  const { outputs } = await runSteps(bytes, ['split', { every: 1 }]);
  assert.deepEqual((await shownIn(outputs[1]!))?.off, ['both', 'goneOne']);
});

test('a document without a layer left says nothing of layers', async () => {
  const bytes = layered({ pages: [[], ['gone']], config: '/OFF [$gone]' });
  const { output } = await runSteps(bytes, ['pages', { select: '1' }]);
  assert.equal(await propertiesOf(output), undefined);
});
