import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formPdf } from '../helpers/form-pdf.ts';
import { plainBytes, qpdfCheck, qpdfObjects } from '../helpers/pdf.ts';
import { runSteps } from '../helpers/run-steps.ts';

type Dict = Record<string, unknown>;

interface ReadForm {
  /** Full names, and how many widgets each has. */
  fields: Record<string, number>;
  /** Names in the order in which fields are worked out. */
  order: string[];
  /** How the text of each field looks. */
  looks: Record<string, unknown>;
  fonts: Record<string, unknown>;
  /** The names of the fields that the first action names. */
  reset: (string | undefined)[];
}

async function formOf(bytes: Buffer): Promise<ReadForm> {
  await qpdfCheck(bytes);
  const objects = await qpdfObjects(bytes);
  const get = (value: unknown): unknown =>
    typeof value === 'string' && value.endsWith(' R') ? objects[`obj:${value}`]?.value : value;
  const dict = (value: unknown): Dict => (get(value) ?? {}) as Dict;
  const form = dict(dict(dict(objects.trailer?.value)['/Root'])['/AcroForm']);
  const names = new Map<unknown, string>();
  const read: ReadForm = { fields: {}, order: [], looks: {}, fonts: {}, reset: [] };
  const visit = (ref: unknown, above: string, parent: unknown): void => {
    const field = dict(ref);
    assert.equal(field['/Parent'], parent);
    const name = [above, String(field['/T']).replace(/^u:/, '')].filter(Boolean).join('.');
    names.set(ref, name);
    read.looks[name] = field['/DA'];
    const kids = (get(field['/Kids']) ?? []) as unknown[];
    const below = kids.filter((kid) => dict(kid)['/T'] !== undefined);
    for (const kid of below) visit(kid, name, ref);
    if (below.length === 0) read.fields[name] = field['/Subtype'] === '/Widget' ? 1 : kids.length;
  };
  for (const field of (get(form['/Fields']) ?? []) as unknown[]) visit(field, '', undefined);
  read.order = ((get(form['/CO']) ?? []) as unknown[]).map((ref) => names.get(ref) ?? String(ref));
  for (const [key, font] of Object.entries(dict(dict(form['/DR'])['/Font'])))
    read.fonts[key] = dict(font)['/BaseFont'];
  for (const { value } of Object.values(objects)) {
    const action = (value as Dict | null)?.['/A'] as Dict | undefined;
    if (action) read.reset = (action['/Fields'] as unknown[]).map((ref) => names.get(ref));
  }
  return read;
}

test('a form keeps its fields, the order they are worked out in, and what refers to them', async () => {
  const { output, written } = await runSteps(formPdf(), ['pages', { select: 'last-1' }]);
  const { fields, order, fonts, reset } = await formOf(output);
  assert.deepEqual(fields, { 'person.age': 1, 'person.name': 1, choice: 2, sum: 1, invisible: 0, hidden: 1 });
  assert.deepEqual(order, ['person.age', 'sum']);
  assert.deepEqual(fonts, { '/Helv': '/Helvetica', '/F': '/Times-Roman' });
  assert.deepEqual(reset, ['person.name', 'sum']);
  assert.equal(written[0]?.kept?.fields, 6);
});

test('radio buttons stay in the order that their options go by', async () => {
  const { output } = await runSteps(formPdf(), ['pages', { select: '2,1,3' }]);
  const objects = await qpdfObjects(output);
  const valueOf = ({ value }: { value?: unknown } = {}): Dict => (value ?? {}) as Dict;
  const values = Object.values(objects).map(valueOf);
  const choice = values.find((value) => value['/T'] === 'u:choice') ?? {};
  const pages = (choice['/Kids'] as string[]).map((kid) => valueOf(objects[`obj:${kid}`])['/P']);
  const tree = values.find((value) => value['/Type'] === '/Pages') ?? {};
  const order = tree['/Kids'] as unknown[];
  assert.deepEqual(
    pages.map((page) => order.indexOf(page) + 1),
    [3, 2],
  );
});

test('of a shared parent only the kids on kept pages stay, and of the others not a value', async () => {
  const { output } = await runSteps(formPdf(), ['pages', { select: '1' }]);
  const { fields, order, reset } = await formOf(output);
  assert.deepEqual(fields, { 'person.name': 1, choice: 1, invisible: 0 });
  assert.deepEqual(order, []);
  assert.deepEqual(reset, ['person.name', undefined]);
  const plain = await plainBytes(output);
  for (const gone of ['valueOfAge', 'valueOfHidden', '(sum)', '(age)'])
    assert.ok(!plain.includes(gone), gone);
  assert.ok(plain.includes('valueOfInvisible'));
});

test('forms of several documents become one, with names, fonts and looks of their own', async () => {
  const inputs = { 'a.pdf': formPdf(), 'b.pdf': formPdf({ font: 'Courier', size: 12 }) };
  const { output, losses } = await runSteps(inputs, ['merge']);
  const { fields, order, looks, fonts } = await formOf(output);
  assert.equal(Object.keys(fields).length, 12);
  assert.deepEqual([fields['person-2.age'], fields['choice-2'], fields['invisible-2']], [1, 2, 0]);
  assert.deepEqual(order, ['person.age', 'sum', 'person-2.age', 'sum-2']);
  assert.deepEqual(fonts, { '/Helv': '/Helvetica', '/F': '/Times-Roman', '/F-2': '/Courier' });
  assert.deepEqual(
    ['person.age', 'sum', 'person-2.age', 'person-2', 'sum-2'].map((name) => looks[name]),
    ['u:/F 8 Tf 0 g', undefined, 'u:/F-2 8 Tf 0 g', 'u:/F-2 12 Tf 0 g', 'u:/F-2 12 Tf 0 g'],
  );
  assert.match(losses.join('\n'), /b\.pdf: Form fields have another name[^:]*: 5\./);
});

test('a field that its page does not list stays with the page it names', async () => {
  const { output } = await runSteps(formPdf(), ['pages', { select: '2' }]);
  assert.deepEqual((await formOf(output)).fields, { 'person.age': 1, sum: 1, invisible: 0, hidden: 1 });
});
