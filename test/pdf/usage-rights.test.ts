import assert from 'node:assert/strict';
import { test } from 'node:test';
import { qpdfCheck, qpdfObjects } from '../helpers/pdf.ts';
import { RawPdf } from '../helpers/raw-pdf.ts';
import { runSteps } from '../helpers/run-steps.ts';

/** A document that was extended for Adobe Reader, and certified where `certified` is set. @param damaged its cross-reference is wrong */
function extended({ certified = false, damaged = false } = {}): Buffer {
  const file = new RawPdf();
  const [root, tree] = [file.reserve(), file.reserve()];
  const pages = [1, 2].map((n) => {
    const content = file.addStream('', Buffer.from(`0 0 ${n} ${n} re f % ${' '.repeat(2_000)}`));
    return file.add(`<< /Type /Page /Parent ${tree} 0 R /MediaBox [0 0 9 9] /Contents ${content} 0 R >>`);
  });
  file.set(tree, `<< /Type /Pages /Count 2 /Kids [${pages.map((id) => `${id} 0 R`).join(' ')}] >>`);
  const signature = (method: string): number =>
    file.add(
      `<< /Type /Sig /Filter /Adobe.PPKLite /ByteRange [0 1 2 3] /Contents <00> ` +
        `/Reference [<< /Type /SigRef /TransformMethod /${method} >>] >>`,
    );
  const rights = `/UR3 ${signature('UR3')} 0 R /UR ${signature('UR')} 0 R`;
  const perms = file.add(`<< ${rights}${certified ? ` /DocMDP ${signature('DocMDP')} 0 R` : ''} >>`);
  file.set(root, `<< /Type /Catalog /Pages ${tree} 0 R /Perms ${perms} 0 R >>`);
  const bytes = file.finish(root, undefined);
  return damaged
    ? Buffer.from(bytes.toString('latin1').replace(/startxref\n\d+/, 'startxref\n7'), 'latin1')
    : bytes;
}

/** The keys of the permissions that a catalog names; undefined where there are none. */
async function permsOf(bytes: Buffer): Promise<string[] | undefined> {
  const objects = await qpdfObjects(bytes);
  const get = (value: unknown): Record<string, unknown> =>
    (typeof value === 'string' ? objects[`obj:${value}`]?.value : value) as Record<string, unknown>;
  const { '/Perms': perms } = get(get(objects.trailer?.value)['/Root']);
  return perms === undefined ? undefined : Object.keys(get(perms));
}

const told = /usage rights for Adobe Reader/;

for (const [step, options] of [
  ['rotate', { degrees: 90, pages: '2' }],
  ['metadata', { title: 'other' }],
  ['metadata', { strip: true }],
  ['pages', { select: 'last-1' }],
  ['optimize', {}],
] as const) {
  test(`usage rights end with the change that ${step} ${JSON.stringify(options)} makes, and that is said`, async () => {
    const { output, losses } = await runSteps(extended(), [step, options]);
    await qpdfCheck(output);
    assert.equal(await permsOf(output), undefined);
    assert.match(losses.join('\n'), told);
  });
}

test('a damaged file is written anew, without its usage rights, whatever the step finds to do', async () => {
  const { output, losses } = await runSteps(extended({ damaged: true }), ['pages', { select: '1-last' }]);
  assert.equal(await permsOf(output), undefined);
  assert.match(losses.join('\n'), told);
});

test('a file that stays as it is keeps its usage rights', async () => {
  const bytes = extended();
  for (const [step, options] of [
    ['pages', { select: '1-last' }],
    ['merge', {}],
  ] as const) {
    const { output, losses } = await runSteps(bytes, [step, options]);
    assert.deepEqual(output, bytes);
    assert.deepEqual(losses, []);
  }
});

test('what certifies a document stays beside usage rights that end: its own revision is still in the file', async () => {
  const bytes = extended({ certified: true });
  const { output, losses, warnings } = await runSteps(bytes, ['rotate', { degrees: 90 }]);
  await qpdfCheck(output);
  assert.deepEqual(output.subarray(0, bytes.length), bytes);
  assert.deepEqual(await permsOf(output), ['/DocMDP']);
  assert.match(losses.join('\n'), told);
  assert.match(warnings.join('\n'), /The digital signature will not be valid for the result/);
});
