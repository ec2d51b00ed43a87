import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RawPdf, literal } from '../helpers/raw-pdf.ts';
import { runSteps } from '../helpers/run-steps.ts';

interface Word {
  text: string;
  box: [number, number, number, number];
  annotation?: string;
  field?: string;
}

interface Annotated {
  /** Of the page: text, and where it begins. */
  text?: readonly (readonly [text: string, x: number, y: number])[];
  /** Entries of each annotation; `$words` is a reference to a form that says so. */
  annotations: readonly string[];
  rotate?: number;
  form?: string;
  packed?: boolean;
  /** A second page that is named, but not there. */
  torn?: boolean;
}

/** One page, 600 by 800 points; every character of its font is half as wide as high. */
function annotatedPdf({
  text = [],
  annotations,
  rotate = 0,
  form,
  packed = false,
  torn = false,
}: Annotated): Buffer {
  const file = new RawPdf();
  const [root, tree, page] = [file.reserve(), file.reserve(), file.reserve()];
  const widths = Array.from({ length: 95 }, () => 500).join(' ');
  const font = file.add(
    `<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding /FirstChar 32 /LastChar 126 /Widths [${widths}] >>`,
  );
  const resources = `/Resources << /Font << /F ${font} 0 R >> >>`;
  const formOf = (words: string, more: string): string =>
    `${file.addStream(
      `/Type /XObject /Subtype /Form ${more.includes('/BBox') ? '' : '/BBox [0 0 200 20]'} ${more} ${resources}`,
      Buffer.from(`BT /F 10 Tf 0 5 Td ${literal(words)} Tj ET`),
    )} 0 R`;
  const refs = annotations.map((entries) => {
    const drawn = entries.replace(/\$(\w+)(?:\{([^}]*)\})?/g, (_, words: string, more = '') =>
      formOf(words, more as string),
    );
    return `${file.add(`<< /Type /Annot ${drawn} >>`)} 0 R`;
  });
  const shown = text.map(([words, x, y]) => `BT /F 10 Tf ${x} ${y} Td ${literal(words)} Tj ET`).join('\n');
  const contents = file.addStream('', Buffer.from(shown));
  file.set(
    page,
    `<< /Type /Page /Parent ${tree} 0 R /MediaBox [0 0 600 800] /Rotate ${rotate} /Contents ${contents} 0 R ${resources} /Annots [${refs.join(' ')}] >>`,
  );
  file.set(tree, `<< /Type /Pages /Count ${torn ? 2 : 1} /Kids [${page} 0 R${torn ? ' 999 0 R' : ''}] >>`);
  const fields = form === undefined ? '' : ` /AcroForm << /Fields [${refs.join(' ')}] ${form} >>`;
  file.set(root, `<< /Type /Catalog /Pages ${tree} 0 R${fields} >>`);
  return packed ? file.finishWithStreams(root, undefined) : file.finish(root, undefined);
}

async function wordsOf(options: Annotated): Promise<Word[]> {
  const { output } = await runSteps(annotatedPdf(options), ['extractText', { format: 'JSON' }]);
  return (JSON.parse(output.toString()) as { pages: [{ words: Word[] }] }).pages[0].words;
}

test('what is filled in is read in its line, and JSON says whose it is', async () => {
  const options: Annotated = {
    text: [
      ['Name:', 50, 700],
      ['Date:', 50, 680],
      ['The end', 50, 640],
    ],
    annotations: [
      '/Subtype /Widget /FT /Tx /T (date) /Rect [100 675 300 695] /AP << /N $Today >>',
      // Right behind its label: another word all the same.
      '/Subtype /Widget /FT /Tx /T (name) /Rect [75 695 275 715] /AP << /N $Ada >>',
      '/Subtype /FreeText /Rect [50 655 250 675] /Contents (Other words) /AP << /N $Note >>',
    ],
    form: '',
  };
  for (const packed of [false, true]) {
    const { output } = await runSteps(annotatedPdf({ ...options, packed }), ['extractText']);
    assert.equal(output.toString().replace(/\n+/g, '\n'), 'Name: Ada\nDate: Today\nNote\nThe end\n');
    const markdown = await runSteps(annotatedPdf({ ...options, packed }), [
      'extractText',
      { format: 'MARKDOWN' },
    ]);
    assert.match(markdown.output.toString(), /Name: Ada/);
  }
  assert.deepEqual(
    (await wordsOf(options)).map(({ text, annotation, field }) => [text, annotation, field]),
    [
      ['Name:', undefined, undefined],
      ['Ada', 'Widget', 'name'],
      ['Date:', undefined, undefined],
      ['Today', 'Widget', 'date'],
      ['Note', 'FreeText', undefined],
      ['The', undefined, undefined],
      ['end', undefined, undefined],
    ],
  );
});

test('of several states the one that is on is read; what is hidden, a pop-up or a link is not', async () => {
  const words = await wordsOf({
    annotations: [
      '/Subtype /Widget /FT /Btn /T (a) /Rect [50 700 250 720] /AS /On /AP << /N << /On $Checked /Off $Unchecked >> >>',
      '/Subtype /Widget /FT /Btn /T (b) /Rect [50 680 250 700] /AS /Off /AP << /N << /On $Chosen >> >>',
      '/Subtype /Stamp /Rect [50 660 250 680] /F 2 /AP << /N $Hidden >>',
      '/Subtype /Stamp /Rect [50 640 250 660] /F 32 /AP << /N $Unseen >>',
      '/Subtype /Stamp /Rect [50 620 250 640] /F 4 /AP << /N $Approved /D $Pressed >>',
      '/Subtype /Popup /Rect [50 600 250 620] /AP << /N $Popup >>',
      '/Subtype /Link /Rect [50 580 250 600] /AP << /N $Link >>',
      '/Subtype /Text /Rect [50 560 70 580] /Contents (A note that is closed)',
      '/Subtype /Widget /FT /Sig /T (seal) /Rect [50 540 250 560] /AP << /N $Signed >>',
    ],
  });
  assert.deepEqual(
    words.map(({ text }) => text),
    ['Checked', 'Approved', 'Signed'],
  );
});

test('an appearance stands where its box, turned and scaled, fills the rectangle', async () => {
  const close = (found: readonly number[], wanted: readonly number[]): void => {
    for (const [index, edge] of wanted.entries())
      assert.ok(Math.abs(found[index]! - edge) < 6, `${found.join(' ')} is ${wanted.join(' ')}`);
  };
  // Twice as large; and turned to run upwards, from a box that does not begin at the origin.
  const annotations = [
    '/Subtype /Stamp /Rect [100 600 500 640] /AP << /N $Large >>',
    '/Subtype /Stamp /Rect [300 300 320 500] /AP << /N $Turned{/Matrix [0 1 -1 0 7 9]} >>',
  ];
  const [large, turned] = await wordsOf({ annotations });
  assert.deepEqual([large?.text, turned?.text], ['Large', 'Turned']);
  close(large!.box, [100, 170, 150, 190]);
  close(turned!.box, [305, 470, 315, 500]);
  const [sideways] = await wordsOf({ annotations: annotations.slice(0, 1), rotate: 90 });
  close(sideways!.box, [610, 100, 630, 150]);
});

test('fields without an appearance, and those whose appearance is out of date, give their value', async () => {
  const valued = '/Subtype /Widget /FT /Tx /T (a) /Rect [50 700 250 720] /V (Zoë 漢字 said)'.replace(
    '(Zoë 漢字 said)',
    literal('Zoë 漢字 said'),
  );
  const [first, second, third] = await wordsOf({ annotations: [valued] });
  assert.deepEqual([first?.text, second?.text, third?.text], ['Zoë', '漢字', 'said']);
  assert.equal(first?.field, 'a');
  assert.ok(first.box[0] >= 50 && first.box[1] >= 80 && first.box[3] <= 103, first.box.join(' '));
  const stale = (form: string): Promise<Word[]> =>
    wordsOf({
      annotations: ['/Subtype /Widget /FT /Tx /T (a) /Rect [50 700 250 720] /V (new) /AP << /N $old >>'],
      form,
    });
  assert.deepEqual(
    [await stale(''), await stale('/NeedAppearances true')].map(([word]) => word?.text),
    ['old', 'new'],
  );
  const others = await wordsOf({
    annotations: [
      '/Subtype /Widget /FT /Ch /T (choice) /Rect [50 700 250 720] /V (de) /Opt [[(en) (English)] [(de) (German)]]',
      '/Subtype /Widget /FT /Tx /T (secret) /Ff 8192 /Rect [50 680 250 700] /V (password)',
      '/Subtype /Widget /T (kid) /Rect [50 640 250 660] /Parent << /T (whole) /FT /Tx /V (inherited) >>',
      '/Subtype /FreeText /Rect [50 600 250 620] /Contents (typed on it)',
      '/Subtype /Widget /FT /Btn /T (box) /Rect [50 580 250 600] /V /Yes',
    ],
  });
  assert.deepEqual(
    others.map(({ text, field }) => [text, field]),
    [
      ['German', 'choice'],
      ['inherited', 'whole.kid'],
      ['typed', undefined],
      ['on', undefined],
      ['it', undefined],
    ],
  );
});

test('a page with nothing but annotations is not taken for empty, and appearances that make no sense stop nothing', async () => {
  const { output, written } = await runSteps(
    annotatedPdf({
      annotations: [
        '/Subtype /Stamp /Rect [50 700 250 720] /AP << /N $Fine >>',
        '/Subtype /Stamp /Rect [50 600 250 620] /AP << /N $Flat{/BBox [0 0 0 0]} >>',
        '/Subtype /Stamp /Rect [0 0 0 0] /AP << /N $Nowhere >>',
        '/Subtype /Stamp /Rect (none) /AP << /N 9999 0 R >>',
        '/Subtype /Stamp /Rect [50 500 250 520] /AP << /N 9999 0 R >>',
        '/Subtype 7 /AP 7',
      ],
    }),
    ['extractText'],
  );
  assert.equal(output.toString(), 'Fine\n');
  assert.deepEqual(written[0]?.warnings, []);
});

test('annotations of a file that is too damaged to look them up are named, and the pages are read all the same', async () => {
  const stamp = '/Subtype /Stamp /Rect [50 600 250 620] /AP << /N $Stamp >>';
  const bytes = annotatedPdf({ text: [['Fine', 50, 700]], annotations: [stamp], torn: true });
  const { output, written } = await runSteps(bytes, ['extractText']);
  assert.match(output.toString(), /^Fine\n/);
  assert.deepEqual(written[0]?.warnings, [
    'in.pdf: Page 2 is damaged and could not be read.',
    'in.pdf: Page 1: form fields and comments could not be read.',
  ]);
});
