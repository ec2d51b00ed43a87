import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { test } from 'node:test';
import { noise } from '../helpers/noise.ts';
import { plainBytes, qpdfCheck, readPdf } from '../helpers/pdf.ts';
import { RawPdf } from '../helpers/raw-pdf.ts';
import { runSteps } from '../helpers/run-steps.ts';

/** Two pages that know of each other in every way there is; `gone` marks what belongs to the second alone. */
function entangled(): Buffer {
  const file = new RawPdf();
  const [root, tree, one, two] = [file.reserve(), file.reserve(), file.reserve(), file.reserve()];
  const [thread, bead1, bead2] = [file.reserve(), file.reserve(), file.reserve()];
  file.set(thread, `<< /Type /Thread /F ${bead1} 0 R /I << /Title (goneThread) >> >>`);
  file.set(bead1, `<< /T ${thread} 0 R /N ${bead2} 0 R /V ${bead2} 0 R /P ${one} 0 R /R [0 0 1 1] >>`);
  file.set(
    bead2,
    `<< /T ${thread} 0 R /N ${bead1} 0 R /V ${bead1} 0 R /P ${two} 0 R /R [0 0 1 1] /Gone (goneBead) >>`,
  );
  const [note, reply, popup] = [file.reserve(), file.reserve(), file.reserve()];
  const annotation = (page: number, own: string): string =>
    `<< /Type /Annot /Rect [0 0 9 9] /P ${page} 0 R ${own} >>`;
  file.set(note, annotation(one, `/Subtype /Text /Contents (kept note) /Popup ${popup} 0 R`));
  file.set(popup, annotation(one, `/Subtype /Popup /Parent ${note} 0 R`));
  file.set(reply, annotation(two, `/Subtype /Text /Contents (goneReply) /IRT ${note} 0 R`));
  const back = file.add(annotation(one, `/Subtype /Text /Contents (kept reply) /IRT ${reply} 0 R /RT /R`));
  const byNumber = file.add(annotation(one, '/Subtype /Link /Dest [1 /Fit]'));
  const toFirst = file.add(annotation(two, '/Subtype /Link /A << /S /GoTo /D [0 /Fit] >>'));
  const content = (words: string): number =>
    file.addStream('', Buffer.from(`BT /F1 12 Tf 72 700 Td (${words}) Tj ET`));
  const font = file.add('<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>');
  const shared = `/Type /Page /Parent ${tree} 0 R /MediaBox [0 0 600 800] /Resources << /Font << /F1 ${font} 0 R >> >>`;
  const next = `/AA << /C << /S /GoTo /D [${two} 0 R /Fit] /Next << /S /GoTo /D [${two} 0 R /FitH 700] >> >> >>`;
  const list = (...ids: number[]): string => `[${ids.map((id) => `${id} 0 R`).join(' ')}]`;
  file.set(
    one,
    `<< ${shared} /Contents ${content('kept text')} 0 R /Annots ${list(note, popup, back, byNumber)} /B ${list(bead1)} ${next} ` +
      `/PieceInfo << /App << /Private << /Other ${two} 0 R >> >> >> >>`,
  );
  file.set(
    two,
    `<< ${shared} /Contents ${content('goneText')} 0 R /Annots ${list(reply, toFirst)} /B ${list(bead2)} >>`,
  );
  file.set(tree, `<< /Type /Pages /Count 2 /Kids ${list(one, two)} >>`);
  const template = file.add(`<< /Type /Template /Contents ${content('goneTemplate')} 0 R >>`);
  file.set(
    root,
    `<< /Type /Catalog /Pages ${tree} 0 R /Threads ${list(thread)} /OpenAction << /S /GoTo /D [${two} 0 R /Fit] >> ` +
      `/Names << /Templates << /Names [(goneName) ${template} 0 R] >> >> /Perms << /DocMDP << /Type /Sig /Contents (goneSignature) >> >> ` +
      `/DPartRoot << /DPartRootNode << /Start ${two} 0 R /Meta (goneMeta) >> >> /Private ${two} 0 R >>`,
  );
  return file.finish(root, undefined);
}

test('whatever way a kept page knows of a removed one, nothing of that comes along', async () => {
  const { output, losses } = await runSteps(entangled(), ['pages', { select: '1' }]);
  await qpdfCheck(output);
  const plain = await plainBytes(output);
  assert.equal(/gone\w*/.exec(plain)?.[0], undefined);
  for (const kept of ['kept text', 'kept note', 'kept reply']) assert.ok(plain.includes(kept), kept);
  const warnings = losses.join('\n');
  assert.match(warnings, /Article threads could not be kept: 1\./);
  assert.match(warnings, /Page templates could not be kept: 1\./);
  assert.match(warnings, /Links to pages that are not in the result were left out: 1\./);
});

test('a destination that gives its page as a number leads to the same page in another place', async () => {
  const { output } = await runSteps(entangled(), ['pages', { select: '2,1' }]);
  await qpdfCheck(output);
  assert.deepEqual(
    (await readPdf(output)).pages.map(({ text, links }) => [text, ...links]),
    [
      ['goneText', 2],
      ['kept text', 1],
    ],
  );
});

test('streams that are equal are written once, in one document as well', async () => {
  const seed = randomInt(2 ** 31);
  console.log(`seed ${seed}`);
  const file = new RawPdf();
  const [root, tree] = [file.reserve(), file.reserve()];
  const image = noise(50_000, seed);
  const pages = Array.from({ length: 5 }, (_, index) => {
    const dict =
      '/Type /XObject /Subtype /Image /Width 50000 /Height 1 /BitsPerComponent 8 /ColorSpace /DeviceGray';
    const own = file.addStream(index === 4 ? `${dict} /Interpolate true` : dict, image);
    return file.add(
      `<< /Type /Page /Parent ${tree} 0 R /MediaBox [0 0 9 9] /Resources << /XObject << /Im ${own} 0 R >> >> >>`,
    );
  });
  file.set(tree, `<< /Type /Pages /Count 5 /Kids [${pages.map((id) => `${id} 0 R`).join(' ')}] >>`);
  file.set(root, `<< /Type /Catalog /Pages ${tree} 0 R >>`);
  const { output } = await runSteps(file.finish(root, undefined), ['pages', { select: 'last-1' }]);
  await qpdfCheck(output);
  assert.equal((await plainBytes(output)).split('/Subtype /Image').length - 1, 2);
  assert.ok(output.length < 102_000, `${output.length} bytes`);
});
