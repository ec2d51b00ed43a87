import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { test } from 'node:test';
import { inflateSync } from 'node:zlib';
import { qpdfCheck, qpdfObjects } from '../helpers/pdf.ts';
import { noise } from '../helpers/noise.ts';
import { drawPages } from '../helpers/pictures.ts';
import type { RawPdf } from '../helpers/raw-pdf.ts';
import { runSteps } from '../helpers/run-steps.ts';
import { addForm, addImage, makeShared, samples, secret } from '../helpers/shared-resources-pdf.ts';
import type { Drawing, Sharing } from '../helpers/shared-resources-pdf.ts';

type Make = (file: RawPdf, each: (entry: (n: number) => string) => string, resources: string) => Drawing;

const at = (n: number): string => `80 0 0 ${10 * n} 10 10 cm`;
const square = '10 10 70 70 re f';

/** What a page may draw, and how content names it. */
const kinds: Record<string, Make> = {
  'an image': (file, each) => ({
    resources: `/XObject << ${each((n) => `/Im${n} ${addImage(file, n)}`)} >>`,
    content: (n) => `q ${at(n)} /Im${n} Do Q`,
  }),
  'an image whose name is escaped': (file, each) => ({
    resources: `/XObject << ${each((n) => `/A#42${n} ${addImage(file, n)}`)} >>`,
    content: (n) => `q ${at(n)} /#41B${n} Do Q`,
  }),
  'an image, by content that is cut between name and operator': (file, each) => ({
    resources: `/XObject << ${each((n) => `/Im${n} ${addImage(file, n)}`)} >>`,
    content: (n) => [`q ${at(n)} /Im${n}`, 'Do Q'],
  }),
  'a form with resources': (file, each) => ({
    resources: `/XObject << ${each((n) => {
      const own = `/Resources << /XObject << /X ${addImage(file, n)} >> >>`;
      return `/Fm${n} ${addForm(file, `${at(n)} /X Do`, own)}`;
    })} >>`,
    content: (n) => `/Fm${n} Do`,
  }),
  'a form without resources': (file, each) => ({
    resources: `/XObject << ${each((n) => `/Im${n} ${addImage(file, n)} /Fm${n} ${addForm(file, `${at(n)} /Im${n} Do`)}`)} >>`,
    content: (n) => `/Fm${n} Do`,
  }),
  'a form whose resources lack what it draws': (file, each) => ({
    resources: `/XObject << ${each((n) => {
      const form = addForm(file, `${at(n)} /Im${n} Do`, '/Resources << /ProcSet [/PDF] >>');
      return `/Im${n} ${addImage(file, n)} /Fm${n} ${form}`;
    })} >>`,
    content: (n) => `/Fm${n} Do`,
  }),
  'forms in forms': (file, each) => ({
    resources: `/XObject << ${each((n) => {
      const forms = `/Outer${n} ${addForm(file, `/Inner${n} Do`)} /Inner${n} ${addForm(file, `${at(n)} /Im${n} Do`)}`;
      return `/Im${n} ${addImage(file, n)} ${forms}`;
    })} >>`,
    content: (n) => `/Outer${n} Do`,
  }),
  'an image, and a template whose resources name the images of all': (file, each, resources) => ({
    resources: `/XObject << ${each((n) => `/Im${n} ${addImage(file, n)}`)} /T ${addForm(file, '0 0 9 9 re f', `/Resources ${resources}`)} >>`,
    content: (n) => `/T Do q ${at(n)} /Im${n} Do Q`,
  }),
  'an image, and a template with the images of all': (file, each) => {
    const images = `/XObject << ${each((n) => `/Im${n} ${addImage(file, n)}`)} >>`;
    return {
      resources: images.replace('<<', `<< /T ${addForm(file, '0 0 9 9 re f', `/Resources << ${images} >>`)}`),
      content: (n) => `/T Do q ${at(n)} /Im${n} Do Q`,
    };
  },
  'a Type 3 font': (file, each) => ({
    resources: `/Font << ${each((n) => `/F${n} ${addGlyph(file, `1000 0 0 0 900 900 d1 % ${secret(n)}\n0 0 900 ${300 * n} re f`)}`)} >>`,
    content: (n) => `BT /F${n} 80 Tf 10 10 Td (a) Tj ET`,
  }),
  'a Type 3 font that draws an image of the page': (file, each) => ({
    resources:
      `/XObject << ${each((n) => `/Im${n} ${addImage(file, n)}`)} >> ` +
      `/Font << ${each((n) => `/F${n} ${addGlyph(file, `1000 0 d0 900 0 0 ${300 * n} 0 0 cm /Im${n} Do`)}`)} >>`,
    content: (n) => `BT /F${n} 80 Tf 10 10 Td (a) Tj ET`,
  }),
  'a tiling pattern': (file, each) => ({
    resources: `/Pattern << ${each((n) => {
      const box = '/PatternType 1 /PaintType 1 /TilingType 1 /BBox [0 0 9 9] /XStep 9 /YStep 9';
      const own = `/Resources << /XObject << /X ${addImage(file, n)} >> >>`;
      return `/P${n} ${file.addStream(`${box} ${own}`, Buffer.from(`9 0 0 ${2 * n} 0 0 cm /X Do`))} 0 R`;
    })} >>`,
    content: (n) => `/Pattern cs /P${n} scn ${square}`,
  }),
  'a shading': (file, each) => ({
    resources: `/Shading << ${each((n) => `/S${n} ${shading(file, n)}`)} >>`,
    content: (n) => `/S${n} sh`,
  }),
  'a shading as a pattern': (file, each) => ({
    resources: `/Pattern << ${each((n) => `/P${n} << /PatternType 2 /Shading ${shading(file, n)} >>`)} >>`,
    content: (n) => `/Pattern CS /P${n} SCN 20 w 10 50 m 90 50 l S`,
  }),
  'a soft mask': (file, each) => ({
    resources: `/ExtGState << ${each((n) => {
      const own = `/Group << /S /Transparency /CS /DeviceGray >> /Resources << /XObject << /X ${addImage(file, n)} >> >>`;
      return `/G${n} << /SMask << /S /Luminosity /G ${addForm(file, `${at(n)} /X Do`, own)} >> >>`;
    })} >>`,
    content: (n) => `/G${n} gs ${square}`,
  }),
  'a colour space': (file, each) => ({
    resources: `/ColorSpace << ${each((n) => `/C${n} ${palette(file, n)}`)} >>`,
    content: (n) => `/C${n} cs ${n} sc ${square}`,
  }),
  'an inline image in a colour space': (file, each) => ({
    resources: `/ColorSpace << ${each((n) => `/C${n} ${palette(file, n)}`)} >>`,
    content: (n) => `q ${at(n)} BI /W 2 /H 2 /BPC 8 /CS /C${n} ID \0\x01\x02\0 EI Q`,
  }),
  'an image in a colour space by name': (file, each) => ({
    resources:
      `/ColorSpace << ${each((n) => `/C${n} ${palette(file, n)}`)} >> ` +
      `/XObject << ${each((n) => `/Im${n} ${addImage(file, n, `/C${n}`, Buffer.of(0, 1, 2, n))}`)} >>`,
    content: (n) => `q ${at(n)} /Im${n} Do Q`,
  }),
  'marked content': (file, each) => ({
    resources: `/Properties << ${each((n) => `/M${n} ${file.add(`<< /ActualText (${secret(n)}) >>`)} 0 R`)} >>`,
    content: (n) => `/Span /M${n} BDC 10 10 70 ${10 * n} re f EMC /Place /M${n} DP`,
  }),
  'an image of a hidden layer': (file, each) => {
    const layer = file.add('<< /Type /OCG /Name (Layer) >>');
    return {
      resources: `/XObject << ${each((n) => `/Fm${n} ${addForm(file, `% ${secret(n)}\n${square}`, `/OC ${layer} 0 R`)}`)} >>`,
      content: (n) => `/Fm${n} Do 0 0 9 ${10 * n} re f`,
      catalog: `/OCProperties << /OCGs [${layer} 0 R] /D << /OFF [${layer} 0 R] >> >>`,
    };
  },
  'an image, by an annotation without resources': (file, each) => ({
    resources: `/XObject << ${each((n) => `/Im${n} ${addImage(file, n)}`)} >>`,
    content: (n) => `0 0 9 ${10 * n} re f`,
    page: (n) => {
      const form = addForm(file, `${at(n)} /Im${n} Do`);
      return `/Annots [<< /Type /Annot /Subtype /Stamp /F 4 /Rect [0 0 100 100] /AP << /N << /On ${form} >> >> /AS /On >>]`;
    },
  }),
};

for (const [what, make] of Object.entries(kinds))
  for (const sharing of ['one object', 'inherited', 'a copy for each page'] satisfies Sharing[])
    test(`of removed pages nothing is left where each draws ${what}; resources: ${sharing}`, async () => {
      const bytes = makeShared(3, sharing, make);
      const chosen = await runSteps(bytes, ['pages', { select: '2' }]);
      const split = await runSteps(bytes, ['split', { every: 1 }]);
      const [originals, again, ...parts] = await drawPages([bytes, chosen.output, ...split.outputs]);
      for (const pixels of originals!) assert.ok(new Set(pixels).size > 1, 'the page is empty');
      assert.equal(new Set(originals!.map((pixels) => Buffer.from(pixels).toString('base64'))).size, 3);
      assert.deepEqual(again, [originals![1]]);
      assert.deepEqual(parts.flat(), originals);
      assert.deepEqual(secretsIn(chosen.output), [2]);
      assert.deepEqual(split.outputs.map(secretsIn), [[1], [2], [3]]);
      assert.deepEqual([...chosen.losses, ...split.losses], []);
      await qpdfCheck(chosen.output);
    });

const kept =
  'Pages whose content could not be read kept all that it might draw, also of pages that are not in the result';

for (const [what, content] of Object.entries({
  'has an unknown operator': `q ${at(2)} /Im2 Do Q abcdef`,
  'has a string without an end': `q ${at(2)} /Im2 Do Q (abc`,
  'has an inline image without an end': `q ${at(2)} /Im2 Do Q BI /W 1 ID abc`,
  'draws a form that draws itself': `q ${at(2)} /Im2 Do Q /Self Do`,
  'draws a form with garbage in it': `q ${at(2)} /Im2 Do Q /Garbage Do`,
  'draws forms of any depth': `q ${at(2)} /Im2 Do Q /Deep Do`,
  'draws what is packed in no known way': `q ${at(2)} /Im2 Do Q /Packed Do`,
}))
  test(`a page whose content ${what} keeps all that it names, and that is told`, async () => {
    const bytes = makeShared(3, 'one object', (file, each) => ({
      resources: `/XObject << ${each((n) => `/Im${n} ${addImage(file, n)}`)} ${unclear(file)} >>`,
      content: (n) => (n === 2 ? content : `q ${at(n)} /Im${n} Do Q`),
    }));
    const chosen = await runSteps(bytes, ['pages', { select: '2' }]);
    assert.deepEqual(secretsIn(chosen.output), [1, 2, 3]);
    assert.deepEqual(chosen.losses, [`${kept}: 1.`]);
    const split = await runSteps(bytes, ['split', { every: 1 }]);
    assert.deepEqual(split.outputs.map(secretsIn), [[1], [1, 2, 3], [3]]);
    assert.deepEqual(split.losses, [`${kept}: 1, in in 2-2.pdf.`]);
    const originals = await drawPages([bytes, ...split.outputs]);
    assert.deepEqual(originals.slice(1).flat(), originals[0]);
  });

function unclear(file: RawPdf): string {
  const self = file.add('<< >>');
  const loop = addForm(file, '/Self Do', `/Resources << /XObject ${self} 0 R >>`);
  file.set(self, `<< /Self ${loop} >>`);
  const packed = addForm(file, '0 0 9 9 re f', '/Filter /Unheard');
  let deep = addForm(file, 'f');
  for (let depth = 0; depth < 2_000; depth += 1)
    deep = addForm(file, '/X Do', `/Resources << /XObject << /X ${deep} >> >>`);
  return `/Self ${loop} /Garbage ${addForm(file, '} wxyz')} /Packed ${packed} /Deep ${deep}`;
}

test('resources that were made for a page are as small as can be, whatever its content', async () => {
  const bytes = makeShared(3, 'inherited', (file) => ({
    resources: '',
    content: (n) => (n === 2 ? 'wxyz (abc' : `q ${at(n)} /Im Do Q`),
    page: (n) => `/Resources << /XObject << /Im ${addImage(file, n)} >> >>`,
  }));
  const { outputs, losses } = await runSteps(bytes, ['split', { every: 1 }]);
  assert.deepEqual(outputs.map(secretsIn), [[1], [2], [3]]);
  assert.deepEqual(losses, []);
});

test('fonts go that a page of all fonts does not use', async () => {
  const bytes = makeShared(3, 'a copy for each page', (file, each) => ({
    resources: `/Font << ${each((n) => {
      const program = file.addStream('', Buffer.from(secret(n)));
      const descriptor = file.add(
        `<< /Type /FontDescriptor /FontName /F${n} /Flags 32 /FontFile ${program} 0 R >>`,
      );
      return `/F${n} ${file.add(`<< /Type /Font /Subtype /Type1 /BaseFont /F${n} /FontDescriptor ${descriptor} 0 R >>`)} 0 R`;
    })} >>`,
    content: (n) => `BT /F${n} 9 Tf 10 10 Td (/F3 9 Tf) Tj ET % /F3 9 Tf`,
  }));
  const { outputs } = await runSteps(bytes, ['split', { every: 1 }]);
  assert.deepEqual(outputs.map(secretsIn), [[1], [2], [3]]);
});

test('an unknown operator is no fault where content says that there may be some', async () => {
  const bytes = makeShared(3, 'one object', (file, each) => ({
    resources: `/XObject << ${each((n) => `/Im${n} ${addImage(file, n)}`)} >>`,
    content: (n) => `BX 1 unheard EX q ${at(n)} /Im${n} Do Q`,
  }));
  const { output, losses } = await runSteps(bytes, ['pages', { select: '2' }]);
  assert.deepEqual([secretsIn(output), losses], [[2], []]);
});

const images: Make = (file, each) => ({
  resources: `/XObject << /Unused ${addImage(file, 6)} ${each((n) => `/Im${n} ${addImage(file, n)}`)} >>`,
  // Pages 3 and 4 use what 1 and 2 do.
  content: (n) => `q ${at(n)} /Im${n > 2 ? n - 2 : n} Do Q`,
});

test('what stays whole is not touched, whatever its pages use', async () => {
  const bytes = makeShared(4, 'one object', images);
  for (const call of [
    ['pages', { select: 'last-1' }],
    ['merge', {}],
    ['interleave', {}],
  ] as const) {
    const { output } = await runSteps(
      { 'a.pdf': bytes, 'b.pdf': makeShared(1, 'inherited', kinds['a shading']!) },
      call,
    );
    assert.deepEqual(secretsIn(output), [1, 2, 3, 4, 6], call[0]);
  }
});

test('of each document of a merge goes what its own removed pages had', async () => {
  const one = makeShared(3, 'one object', kinds['an image']!);
  const { output } = await runSteps({ 'a.pdf': one, 'b.pdf': one }, ['merge'], ['pages', { select: '1,5' }]);
  assert.deepEqual(secretsIn(output), [1, 2]);
  await qpdfCheck(output);
});

for (const sharing of ['one object', 'inherited'] as const)
  test(`pages of equal use share one dictionary; resources: ${sharing}`, async () => {
    const { output } = await runSteps(makeShared(5, sharing, images), ['pages', { select: '1-4' }]);
    assert.deepEqual(secretsIn(output), [1, 2]);
    const objects = Object.values(await qpdfObjects(output)).map(
      ({ value }) => value as Record<string, unknown>,
    );
    const dictionaries = objects
      .filter((value) => value?.['/Type'] === '/Page')
      .map((page) => page['/Resources']);
    assert.equal(dictionaries.length, 4);
    assert.equal(new Set(dictionaries).size, 2);
  });

test('a split by size weighs what parts really have', async () => {
  const seed = randomInt(2 ** 31);
  console.log(`seed ${seed}`);
  const noisy = (n: number): Buffer => Buffer.concat([samples(n), noise(20_000, seed + n)]);
  const bytes = makeShared(6, 'one object', (file, each) => ({
    resources: `/XObject << /Unused ${addImage(file, 0, '/DeviceGray', noisy(0))} ${each((n) => `/Im${n} ${addImage(file, n, '/DeviceGray', noisy(n))}`)} >>`,
    content: (n) => `q ${at(n)} /Im${n} Do Q`,
  }));
  const pairs = await runSteps(bytes, ['split', { maxBytes: 50_000 }]);
  assert.deepEqual(pairs.outputs.map(secretsIn), [
    [1, 2],
    [3, 4],
    [5, 6],
  ]);
  assert.ok(pairs.outputs.every(({ length }) => length > 40_000 && length <= 50_000));
  assert.deepEqual(
    pairs.written.flatMap(({ warnings }) => warnings),
    [],
  );
  // The file itself is larger, and what nobody draws is all that has to go.
  const one = await runSteps(bytes, ['split', { maxBytes: 135_000 }]);
  assert.deepEqual(one.outputs.map(secretsIn), [[1, 2, 3, 4, 5, 6]]);
  assert.ok(bytes.length > 135_000 && one.output.length <= 135_000);
  const alone = await runSteps(bytes, ['split', { maxBytes: 10_000 }]);
  assert.match(
    alone.written[3]!.warnings.join(),
    /^in 4-4\.pdf is larger than 10,000 bytes, because its one page is/,
  );
  assert.deepEqual(secretsIn(alone.outputs[3]!), [4]);
});

test('a form keeps of its default resources what its fields name, and the standard fonts', async () => {
  const bytes = makeShared(3, 'one object', (file, each, resources) => {
    const fields = each((n) => {
      const look = addForm(file, `${at(n)} /Im${n} Do`);
      const place = '/Type /Annot /Subtype /Widget /F 4 /Rect [0 0 100 100]';
      return `${file.add(`<< ${place} /FT /Tx /T (field ${n}) /DA (/F${n} 12 Tf) /AP << /N ${look} >> >>`)} 0 R`;
    }).match(/\d+ 0 R/g)!;
    const font = (n: number): string =>
      addGlyph(file, `1000 0 0 0 900 900 d1 % font ${n}.\n0 0 900 900 re f`);
    return {
      resources:
        `/XObject << ${each((n) => `/Im${n} ${addImage(file, n)}`)} /Spare ${addImage(file, 6)} >> ` +
        `/Font << ${each((n) => `/F${n} ${font(n)}`)} /Spare ${font(4)} /Helv << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >>`,
      content: () => '0 0 9 9 re f',
      page: (n) => `/Annots [${fields[n - 1]}]`,
      catalog: `/AcroForm << /Fields [${fields.join(' ')}] /DR ${resources} /DA (/F1 0 Tf) >>`,
    };
  });
  const { output, losses } = await runSteps(bytes, ['pages', { select: '2' }]);
  const objects = Object.values(await qpdfObjects(output)).map(
    ({ value }) => value as Record<string, unknown>,
  );
  const form = objects.find((value) => value?.['/Type'] === '/Catalog')!['/AcroForm'] as Record<
    string,
    unknown
  >;
  const { '/DR': resources } = form as { '/DR': Record<string, Record<string, unknown>> };
  assert.deepEqual(Object.keys(resources['/Font']!).toSorted(), ['/F1', '/F2', '/Helv']);
  assert.deepEqual(losses, []);
  assert.deepEqual(secretsIn(output), [2]);
  const [originals, [again]] = (await drawPages([bytes, output])) as [Uint8Array[], [Uint8Array]];
  assert.deepEqual(again, originals[1]);
});

/** The pages whose secret is anywhere in a file, in what its streams unpack to as well. */
function secretsIn(bytes: Buffer): number[] {
  const raw = bytes.toString('latin1');
  const streams = [...raw.matchAll(/stream\r?\n/g)].map(({ index, 0: word }) => {
    try {
      return inflateSync(bytes.subarray(index + word.length)).toString('latin1');
    } catch {
      return '';
    }
  });
  const all = [raw, ...streams].join('\n');
  return [1, 2, 3, 4, 5, 6].filter((n) => all.includes(secret(n)));
}

function addGlyph(file: RawPdf, content: string): string {
  const glyph = file.addStream('', Buffer.from(content));
  return `${file.add(
    `<< /Type /Font /Subtype /Type3 /FontBBox [0 0 1000 1000] /FontMatrix [.001 0 0 .001 0 0] /FirstChar 97 /LastChar 97 ` +
      `/Widths [1000] /Encoding << /Differences [97 /a] >> /CharProcs << /a ${glyph} 0 R >> >>`,
  )} 0 R`;
}

function shading(file: RawPdf, n: number): string {
  const data = samples(n);
  const size = `/FunctionType 0 /Domain [0 1] /Range [0 1] /Size [${data.length}] /BitsPerSample 8`;
  const steps = file.addStream(size, data);
  return `<< /ShadingType 2 /ColorSpace /DeviceGray /Coords [0 0 100 100] /Function ${steps} 0 R /Extend [true true] >>`;
}

function palette(file: RawPdf, n: number): string {
  const colors = samples(n).subarray(0, 30);
  return `[/Indexed /DeviceRGB 9 ${file.addStream('', colors)} 0 R]`;
}
