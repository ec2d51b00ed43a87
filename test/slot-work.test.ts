import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { AppError } from '../server/errors.ts';
import type { OnProgress } from '../server/pdf/model/pass.ts';
import * as hostile from './helpers/hostile.ts';
import { makePdf, qpdfCheck, readPdf } from './helpers/pdf.ts';
import { bench, fixed, keepRange, patient } from './helpers/slots.ts';
import { bind } from '../server/pdf/registry.ts';

test('A slot inspects, opens, works out ranges and writes, and reports on its way', async (t) => {
  const { slots, file } = await bench(t);
  const source = makePdf({ pages: 12, objectStreams: true });
  const path = await file('report.pdf', source);
  const calls = bind([{ name: 'rotate', options: { degrees: 90 } }]);
  const reports: Parameters<OnProgress>[0][] = [];
  const report: OnProgress = (progress) => void reports.push(progress);
  await slots.use(patient(), async (slot) => {
    assert.equal((await slot.inspect(path)).pages, 12);
    const opened = await slot.open({ sources: [{ name: 'report.pdf', path }], calls, fixed }, report);
    assert.equal(opened.pages, 12);
    const results = [await keepRange(slot, 0, 5), await keepRange(slot, 5, 12)];
    assert.deepEqual(
      JSON.parse(Buffer.from(results[1]?.few ?? '', 'base64').toString()).pages,
      Array(7).fill({ rotate: 90 }),
    );
    const { documents, touched } = await slot.write(results, report);
    const [document, ...others] = documents;
    const all = { documents: 1, pages: 12 };
    assert.deepEqual(touched, [{ given: all, made: all, pages: 12, untouched: [], notes: [] }]);
    assert.deepEqual(others, []);
    assert.ok(document);
    const bytes = await readFile(document.path);
    assert.equal(document.name, 'report.pdf');
    assert.equal(document.pages, 12);
    assert.equal(document.bytes, bytes.length);
    assert.equal(document.sha256, createHash('sha256').update(bytes).digest('hex'));
    await qpdfCheck(bytes);
    assert.equal((await readPdf(bytes)).pages.length, 12);
  });
  assert.deepEqual(await readFile(path), source);
  for (const phase of ['load', 'write']) {
    const last = reports.findLast((progress) => progress.phase === phase);
    assert.ok(last && last.done === last.total, phase);
  }
});

test('What was worked out in one slot can be written in another, to the same bytes', async (t) => {
  const { slots, file } = await bench(t, { size: 2 });
  const path = await file('report.pdf', makePdf({ pages: 3 }));
  const calls = bind([{ name: 'rotate', options: { degrees: 180 } }]);
  const job = { sources: [{ name: 'report.pdf', path }], calls, fixed };
  await slots.use(patient(), async (one) => {
    await one.open(job, () => {});
    const results = [await keepRange(one, 0, 3)];
    const [first] = (await one.write(results, () => {})).documents;
    await slots.use(patient(), async (other) => {
      await other.open(job, () => {});
      const [second] = (await other.write(results, () => {})).documents;
      assert.notEqual(one.pid, other.pid);
      assert.ok(first && second);
      assert.equal(first.sha256, second.sha256);
    });
  });
});

test('The text of an empty page is a file, of no bytes', async (t) => {
  const { slots, file } = await bench(t);
  const path = await file('scan.pdf', hostile.around());
  await slots.use(patient(), async (slot) => {
    const calls = bind([{ name: 'extractText', options: { format: 'MARKDOWN' } }]);
    await slot.open({ sources: [{ name: 'scan.pdf', path }], calls, fixed }, () => {});
    const [document] = (await slot.write([await keepRange(slot, 0, 1)], () => {})).documents;
    assert.equal(document?.bytes, 0);
    assert.equal((await readFile(document.path)).length, 0);
  });
});

test('A job for bad steps or bad files is refused as the engine says, and the slot stays warm', async (t) => {
  const { slots, file } = await bench(t);
  const path = await file('report.pdf', makePdf({ pages: 3 }));
  const broken = await file('broken.pdf', '%PDF-1.7\nnothing');
  await slots.use(patient(), async (slot) => {
    await slot.inspect(path);
    const { pid } = slot;
    const open = (name: string, at: string) =>
      slot.open(
        { sources: [{ name, path: at }], calls: bind([{ name: 'pages', options: { select: '9' } }]), fixed },
        () => {},
      );
    await assert.rejects(open('report.pdf', path), {
      code: 'INVALID_RANGE',
      field: ['0', 'pages', 'select'],
    });
    await assert.rejects(open('broken.pdf', broken), { code: 'BROKEN_PDF' });
    assert.equal(slot.pid, pid);
  });
});

test('A bomb that the prescan lets pass ends at the memory wall, with a type; the slot next to it works on', async (t) => {
  const { slots, file } = await bench(t, { size: 2 });
  const honest = await file('honest.pdf', makePdf({ pages: 2 }));
  const bomb = await file('bomb.pdf', hostile.numbersBomb());
  await slots.use(patient(), async (neighbour) => {
    await neighbour.inspect(honest);
    const { pid } = neighbour;
    const job = { sources: [{ name: 'bomb.pdf', path: bomb }], calls: [], fixed };
    await assert.rejects(
      slots.use(patient(), (slot) => slot.open(job, () => {})),
      { code: 'MEMORY_LIMIT' },
    );
    assert.equal((await neighbour.inspect(honest)).pages, 2);
    assert.equal(neighbour.pid, pid);
  });
});

const refused: [what: string, bytes: () => Buffer][] = [
  ['an object stream of 256 MB', () => hostile.objectStreamBomb(256)],
  ['an object stream packed twice', () => hostile.doubleBomb(128)],
  ['20,000 streams without an end', () => hostile.fakeStreams(20_000)],
  ['300,001 objects', () => hostile.manyObjects(300_001)],
  ['objects that never end', () => hostile.brokenObjects(5_000)],
  ['nothing', () => Buffer.alloc(0)],
];

test('Hostile uploads are refused with a type and a sentence, one after the other, in the same place', async (t) => {
  const { slots, file } = await bench(t);
  const honest = await file('honest.pdf', makePdf({ pages: 2 }));
  for (const [what, bytes] of refused) {
    const path = await file('hostile.pdf', bytes());
    const start = performance.now();
    await assert.rejects(
      slots.use(patient(), (slot) => slot.inspect(path)),
      (error) => {
        assert.ok(error instanceof AppError, `${what}: ${String(error)}`);
        assert.match(error.code, /^(?:NOT_A_PDF|BROKEN_PDF|TOO_COMPLEX)$/, what);
        assert.match(error.message, /^The (?:structure of the )?file .+[.]$/, what);
        return true;
      },
    );
    assert.ok(performance.now() - start < 30_000, what);
  }
  assert.equal((await slots.use(patient(), (slot) => slot.inspect(honest))).pages, 2);
});

test('What only looks dangerous is let in', async (t) => {
  const { slots, file } = await bench(t);
  const harmless = [
    hostile.contentBomb(500),
    hostile.lzwBomb(1_024),
    hostile.nestedArrays(200_000),
    hostile.pageTreeDag(),
    hostile.emptyRows(),
  ];
  for (const bytes of harmless) {
    const path = await file('harmless.pdf', bytes);
    assert.ok((await slots.use(patient(), (slot) => slot.inspect(path))).pages > 0);
  }
});
