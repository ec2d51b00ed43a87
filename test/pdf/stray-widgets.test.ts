import assert from 'node:assert/strict';
import { test } from 'node:test';
import { plainBytes, qpdfCheck, qpdfObjects, readPdf } from '../helpers/pdf.ts';
import { RawPdf } from '../helpers/raw-pdf.ts';
import { runSteps } from '../helpers/run-steps.ts';

/*
 * Viewers find a form's widgets from the list of fields down, or from the annotations of pages up: in these files only
 * one of the two ways is there.
 */

/** Two pages of a form; what `build` makes are the widgets of each, and the fields of the form's list. */
function form(
  build: (
    widget: (own: string) => number,
    field: (own: string, ...kids: number[]) => number,
    page: (n: number) => string,
  ) => { pages: number[][]; fields?: number[]; more?: string },
): Buffer {
  const file = new RawPdf();
  const [root, tree] = [file.reserve(), file.reserve()];
  const ids = [file.reserve(), file.reserve()];
  const list = (refs: readonly number[]): string => `[${refs.map((ref) => `${ref} 0 R`).join(' ')}]`;
  const { pages, fields, more } = build(
    (own) => file.add(`<< /Type /Annot /Subtype /Widget /Rect [9 9 90 20] /F 4 ${own} >>`),
    (own, ...kids) => file.add(`<< ${own} /Kids ${list(kids)} >>`),
    (n) => `${ids[n - 1]} 0 R`,
  );
  for (const [index, id] of ids.entries())
    file.set(
      id,
      `<< /Type /Page /Parent ${tree} 0 R /MediaBox [0 0 99 99] /Annots ${list(pages[index] ?? [])} >>`,
    );
  file.set(tree, `<< /Type /Pages /Count 2 /Kids ${list(ids)} >>`);
  const acroForm = fields ? `/AcroForm << /Fields ${list(fields)} ${more ?? ''} >>` : '';
  file.set(root, `<< /Type /Catalog /Pages ${tree} 0 R ${acroForm} >>`);
  return file.finish(root, undefined);
}

type Dict = Record<string, unknown>;

/** The form's fields of the highest level, by name; checked by qpdf, and each of its kids names it. */
async function fieldsOf(bytes: Buffer): Promise<Map<string, Dict & { kids: Dict[] }>> {
  await qpdfCheck(bytes);
  const objects = await qpdfObjects(bytes);
  const get = (value: unknown): Dict =>
    ((typeof value === 'string' ? objects[`obj:${value}`]?.value : value) ?? {}) as Dict;
  const acroForm = get(get(get(objects.trailer?.value)['/Root'])['/AcroForm']);
  const found = new Map<string, Dict & { kids: Dict[] }>();
  for (const ref of (acroForm['/Fields'] ?? []) as string[]) {
    const field = get(ref);
    const kids = ((field['/Kids'] ?? []) as string[]).map(get);
    for (const kid of kids) assert.equal(kid['/Parent'], ref);
    found.set(String(field['/T']).slice(2), { ...field, kids });
  }
  return found;
}

/** Names of the fields as pdf.js finds them, and how many widgets each has. */
async function seenIn(bytes: Buffer): Promise<Record<string, number>> {
  return Object.fromEntries((await readPdf(bytes)).fields);
}

/** Widgets that do not name their field. */
const downOnly = (): Buffer =>
  form((widget, field) => {
    const texts = [widget('/DA (/Helv 9 Tf)'), widget('/DA (/Helv 9 Tf)')];
    const buttons = ['zero', 'one', 'two'].map((state) =>
      widget(`/AS /Off /AP << /N << /${state} << >> >> >>`),
    );
    const nested = widget('/FT /Tx /T (inner) /V (nestedValue)');
    return {
      pages: [
        [texts[0]!, buttons[0]!, nested],
        [texts[1]!, buttons[1]!, buttons[2]!],
      ],
      fields: [
        field('/FT /Tx /T (text) /V (textValue)', ...texts),
        field('/FT /Btn /Ff 32768 /T (radio) /V /two /Opt [(A) (B) (C)]', ...buttons),
        field('/T (outer)', nested),
      ],
    };
  });

test('fields whose widgets do not name them keep them, page by page', async () => {
  const bytes = downOnly();
  const { output: both } = await runSteps(bytes, ['pages', { select: '2,1' }]);
  assert.deepEqual(
    [...(await fieldsOf(both))].map(([name, { kids }]) => [name, kids.length]),
    [
      ['text', 2],
      ['radio', 3],
      ['outer', 1],
    ],
  );
  const { output: second, written } = await runSteps(bytes, ['pages', { select: '2' }]);
  const fields = await fieldsOf(second);
  assert.deepEqual([...fields.keys()], ['text', 'radio']);
  assert.equal(fields.get('text')!['/V'], 'u:textValue');
  assert.deepEqual(fields.get('text')!.kids.length, 1);
  assert.equal(written[0]?.kept?.fields, 2);
  assert.doesNotMatch(await plainBytes(second), /nestedValue|inner/);
});

test('radio buttons keep the options of those that stay, and no value that only one shows that goes', async () => {
  const bytes = downOnly();
  const { output: first } = await runSteps(bytes, ['pages', { select: '1' }]);
  const { '/Opt': options, '/V': value } = (await fieldsOf(first)).get('radio')!;
  assert.deepEqual([options, value], [['u:A'], '/Off']);
  const { output: second } = await runSteps(bytes, ['pages', { select: '2' }]);
  const radio = (await fieldsOf(second)).get('radio')!;
  assert.deepEqual([radio['/Opt'], radio['/V']], [['u:B', 'u:C'], '/two']);
});

test('merged, such fields have names of their own, and as many widgets as before', async () => {
  const { output, losses } = await runSteps({ 'a.pdf': downOnly(), 'b.pdf': downOnly() }, ['merge']);
  const seen = await seenIn(output);
  for (const name of ['text', 'radio', 'outer.inner', 'text-2', 'radio-2', 'outer-2.inner'])
    assert.ok(seen[name], `${name} of ${Object.keys(seen).join(', ')}`);
  const fields = await fieldsOf(output);
  assert.deepEqual([fields.get('text-2')!.kids.length, fields.get('radio-2')!.kids.length], [2, 3]);
  assert.match(losses.join('\n'), /another name now[^:]*: 3\./);
});

test('fields that only pages lead to become fields of the form, each with its name and value', async () => {
  const stray = (value: string, fields?: number[]): Buffer =>
    form((widget, field) => {
      const kid = widget('/FT /Tx /T (kid) /V (kidValue)');
      const parent = field('/T (parent)', kid);
      const named = widget(`/FT /Tx /T (stray) /V (${value}) /Parent 9999 0 R`);
      const below = widget(`/FT /Tx /T (below) /V (belowValue) /Parent ${parent} 0 R`);
      return { pages: [[named, below], [kid]], ...(fields && { fields }) };
    });
  for (const fields of [undefined, []]) {
    const inputs = { 'a.pdf': stray('one', fields), 'b.pdf': stray('two', fields) };
    const { output } = await runSteps(inputs, ['merge']);
    const merged = await fieldsOf(output);
    assert.deepEqual([merged.get('stray')?.['/V'], merged.get('stray-2')?.['/V']], ['u:one', 'u:two']);
    const seen = await seenIn(output);
    assert.deepEqual([seen['parent.below'], seen['parent-2.below']], [1, 1]);
  }
});

test('of two fields with one widget the one that it names has it, and the other keeps its value', async () => {
  const bytes = form((widget, field) => {
    const shared = [1, 2].map(() => widget('/Parent 10 0 R'));
    // The objects are numbered in order: root, tree, two pages, then these.
    const fields = ['a', 'b', 'c', 'd'].map((name, index) =>
      field(`/FT /Tx /T (${name}) /V (valueOf${name})`, shared[index < 2 ? 0 : 1]!),
    );
    return { pages: [[shared[0]!], [shared[1]!]], fields };
  });
  const { output } = await runSteps(bytes, ['pages', { select: '2,1' }]);
  const fields = await fieldsOf(output);
  assert.deepEqual(
    [...fields].map(([name, { kids, '/V': value }]) => [name, kids.length, value]),
    [
      ['a', 1, 'u:valueOfa'],
      ['b', 0, 'u:valueOfb'],
      ['c', 0, 'u:valueOfc'],
      ['d', 1, 'u:valueOfd'],
    ],
  );
  const { output: one } = await runSteps(bytes, ['pages', { select: '1' }]);
  assert.deepEqual([...(await fieldsOf(one)).keys()], ['a', 'b']);
  assert.doesNotMatch(await plainBytes(one), /valueOf[cd]/);
});

test('a button or field that led to a page that goes stays, and it is said that it leads nowhere', async () => {
  const bytes = form((widget, _, page) => {
    const goTo = (n: number, more = ''): string => `/A << /S /GoTo /D [${page(n)} /Fit] ${more} >>`;
    const button = widget(`/FT /Btn /Ff 65536 /T (button) ${goTo(2)}`);
    const text = widget(`/FT /Tx /T (text) /V (textValue) ${goTo(2)}`);
    const chain = widget(
      `/FT /Btn /Ff 65536 /T (chain) ${goTo(2, '/Next << /S /URI /URI (https://example.com/) >>')}`,
    );
    const back = widget(`/FT /Btn /Ff 65536 /T (back) ${goTo(2)}`);
    return { pages: [[button, text, chain], [back]], fields: [button, text, chain, back] };
  });
  const { outputs, losses } = await runSteps(bytes, ['split', { every: 1 }]);
  const [first, second] = [await fieldsOf(outputs[0]!), await fieldsOf(outputs[1]!)];
  assert.deepEqual([...first.keys()], ['button', 'text', 'chain']);
  assert.equal(first.get('text')!['/V'], 'u:textValue');
  assert.deepEqual([first.get('button')!['/A'], first.get('text')!['/A']], [undefined, undefined]);
  assert.deepEqual(((first.get('chain')!['/A'] as Dict)['/Next'] as Dict)['/S'], '/URI');
  assert.ok(second.get('back')!['/A']);
  assert.match(
    losses.join('\n'),
    /Buttons that led to pages that are not in the result lead nowhere now: 3, in /,
  );
});
