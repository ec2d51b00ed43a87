import { around, type Family, replaced, stream } from '../helpers/hostile.ts';
import { makePdf } from '../helpers/pdf.ts';

const before = (head: Buffer | string): Buffer => Buffer.concat([Buffer.from(head), around()]);
const after = (tail: Buffer | string): Buffer => Buffer.concat([around(), Buffer.from(tail)]);
const honest = (): Buffer => makePdf({ pages: 2, objectStreams: true, outline: [{ title: 'One', to: 1 }] });

export const polyglots: Family = {
  'a page of HTML with a script': () => before('<html><script>alert(1)</script><!--'),
  'a program for Windows': () => before(Buffer.concat([Buffer.from('MZ'), Buffer.alloc(500)])),
  'a program for Linux': () => before(Buffer.concat([Buffer.from('\x7fELF\x02\x01\x01'), Buffer.alloc(100)])),
  'a shell script': () => before('#!/bin/sh\nexit 0\n'),
  'a header at the last place where it may be': () => before(Buffer.alloc(1_019, ' ')),
  'a header too late': () => before(Buffer.alloc(1_020, ' ')),
  'a header alone': () => Buffer.from('%PDF-1.7'),
  'a header of version 99': () => replaced(around(), '%PDF-1.7', '%PDF-99.99'),
  'a hundred headers': () => before('%PDF-1.4\n'.repeat(100)),
  nothing: () => Buffer.alloc(0),
  zeros: () => Buffer.alloc(100_000),
  'a ZIP at its end': () => after('PK\x05\x06'.padEnd(22, '\0')),
  'a JPEG at its end': () =>
    after(Buffer.concat([Buffer.from('ffd8ffe000104a464946', 'hex'), Buffer.alloc(10_000, 7)])),
  'two documents in one': () => Buffer.concat([honest(), honest()]),
  'a document in a stream of another': () => around([stream('/Type /EmbeddedFile', honest())]),
  'a document in a string of another': () =>
    around([
      `<${honest().toString('hex')}>`,
      `(${around()
        .toString('latin1')
        .replace(/[()\\]/g, ' ')})`,
    ]),
  'a document with its lines ended as on other systems': () =>
    Buffer.from(around().toString('latin1').replaceAll('\n', '\r'), 'latin1'),
  'a document with comments everywhere': () =>
    Buffer.from(around().toString('latin1').replaceAll(' /', ' % endobj trailer << >> stream\n/'), 'latin1'),
  'a megabyte of percent signs': () => before('%'.repeat(1_000)).fill('%', 1_010, 1_020),
  '200 KB of brackets': () => after(']>)}[<({'.repeat(25_000)),
  '400 KB of “obj”': () => after('1 0 obj '.repeat(50_000)),
  'a megabyte of “trailer”': () => after('trailer << /Root 1 0 R >> '.repeat(40_000)),
  'a megabyte of “startxref”': () => after('startxref 0 '.repeat(80_000)),
};
