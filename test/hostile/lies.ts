import { deflateSync } from 'node:zlib';
import {
  around,
  brokenObjects,
  emptyRows,
  fakeStreams,
  type Family,
  replaced,
  stream,
} from '../helpers/hostile.ts';

const content = Buffer.from('q 0 0 9 9 re f Q');
const ofLength = (length: string): Buffer =>
  around([stream('', content, length)], { page: '/Contents 4 0 R ' });

const objectStream = (dict: string): Buffer =>
  around([stream(`/Type /ObjStm ${dict} /Filter /FlateDecode`, deflateSync(Buffer.from('9 0 << /A 1 >>')))]);

/** A file that ends in a cross-reference stream of its own making. */
function xrefStream(dict: string, rows = Buffer.alloc(70, 1)): Buffer {
  const file = around();
  const object = stream(`/Type /XRef /Root 1 0 R ${dict}`, rows);
  const parts = [
    file,
    Buffer.from('9 0 obj\n'),
    object,
    Buffer.from(`\nendobj\nstartxref\n${file.length}\n%%EOF\n`),
  ];
  return Buffer.concat(parts);
}

/** A table of one subsection by this head, and these rows. */
function xrefTable(head: string, rows = '0000000000 65535 f \n'): Buffer {
  const file = around();
  const table = `xref\n${head}\n${rows}trailer\n<< /Root 1 0 R /Size 4 >>\nstartxref\n${file.length}\n%%EOF\n`;
  return Buffer.concat([file, Buffer.from(table)]);
}

const startxref = (offset: string): Buffer =>
  Buffer.from(
    around()
      .toString('latin1')
      .replace(/startxref\n\d+/, `startxref\n${offset}`),
    'latin1',
  );

const predicted = (parameters: string): Buffer =>
  xrefStream(
    `/Size 9 /W [1 4 2] /Filter /FlateDecode /DecodeParms << ${parameters} >>`,
    deflateSync(Buffer.alloc(70, 1)),
  );

const numbered = (id: string): Buffer =>
  replaced(around(['<< /A 1 >>'], { page: `/Annots ${id} 0 R ` }), '4 0 obj', `${id} 0 obj`);

export const lies: Family = {
  'a length of a thousand terabytes': () => ofLength('1000000000000000'),
  'a length below zero': () => ofLength('-7'),
  'a length that is no whole number': () => ofLength('3.7'),
  'a length of 400 digits': () => ofLength('9'.repeat(400)),
  'a length that is a name': () => ofLength('/Length'),
  'a length that points into the catalog': () => ofLength('1 0 R'),
  'a length that ends in the middle': () => ofLength('5'),
  '20,000 streams without an end': () => fakeStreams(20_000),
  '2,000 streams without an end': () => fakeStreams(2_000),
  'objects that never end': () => brokenObjects(5_000),
  'a page count of 2^31': () => replaced(around(), '/Count 1', '/Count 2147483648'),
  'a page count below zero': () => replaced(around(), '/Count 1', '/Count -9999'),
  'a page count that is text': () => replaced(around(), '/Count 1', '/Count (1)'),
  'an object stream of -1 objects': () => objectStream('/N -1 /First 4'),
  'an object stream of 10^15 objects': () => objectStream('/N 1000000000000000 /First 4'),
  'an object stream that begins at 10^15': () => objectStream('/N 1 /First 1000000000000000'),
  'an object stream that begins below zero': () => objectStream('/N 1 /First -400'),
  'an object stream without numbers': () => objectStream(''),
  'a billion rows of nothing': emptyRows,
  'a cross-reference stream of absurd widths': () =>
    xrefStream('/Size 9 /W [1000000000 1000000000 1000000000]'),
  'a cross-reference stream of widths below zero': () => xrefStream('/Size 9 /W [-1 -2 -3]'),
  'a cross-reference stream of wide numbers': () => xrefStream('/Size 9 /W [8 8 0]'),
  'a cross-reference stream of fractional widths': () => xrefStream('/Size 9 /W [0.5 1.5 1]'),
  'a cross-reference stream of one width': () => xrefStream('/Size 9 /W [1]'),
  'a cross-reference stream with an index of 10^15': () =>
    xrefStream('/Size 9 /W [0 0 0] /Index [0 1000000000000000]'),
  'a cross-reference stream with an index below zero': () =>
    xrefStream('/Size 9 /W [1 4 2] /Index [-9 5 -3]'),
  'a cross-reference stream with a million index entries': () =>
    xrefStream(`/Size 9 /W [1 4 2] /Index [${'0 1 '.repeat(500_000)}]`),
  'a cross-reference stream of size 10^18': () => xrefStream('/Size 1000000000000000000 /W [1 4 2]'),
  'a predictor of 2^31 columns': () => predicted('/Predictor 12 /Columns 2147483648'),
  'a predictor of columns below zero': () => predicted('/Predictor 12 /Columns -1'),
  'a predictor of no columns': () =>
    predicted('/Predictor 15 /Columns 0 /Colors 1000000000 /BitsPerComponent 0'),
  'an unknown predictor': () => predicted('/Predictor 99 /Columns 7'),
  'a table of 2^32 entries': () => xrefTable('0 4294967295'),
  'a table of a size of 10^18': () => around([], { trailer: '/Size 1000000000000000000 ' }),
  'a table that begins at 10^18': () => xrefTable('1000000000000000000 1'),
  'a table of entries that all lead to one place': () =>
    xrefTable('0 1000', '0000000009 00000 n \n'.repeat(1_000)),
  'a table of entries beyond the end': () => xrefTable('1 3', '9999999999 99999 n \n'.repeat(3)),
  'a start beyond the end': () => startxref('99999999999999999999'),
  'a start below zero': () => startxref('-5'),
  'a start in the middle of a page': () => startxref('120'),
  'a thousand starts': () => Buffer.concat([around(), Buffer.from('startxref\n9\n%%EOF\n'.repeat(1_000))]),
  'an object of number 2^31': () => numbered('2147483648'),
  'an object of number 2^53': () => numbered('9007199254740993'),
  'an object of a number of 30 digits': () => numbered('9'.repeat(30)),
  'an object of number zero': () => numbered('0'),
  'ten thousand objects of one number': () =>
    Buffer.concat([around(), Buffer.from('4 0 obj\n<< /A 4 0 R >>\nendobj\n'.repeat(10_000))]),
  'a page, a tree and a catalog that come again as something else': () =>
    Buffer.concat([
      around(),
      Buffer.from('3 0 obj\n[]\nendobj\n2 0 obj\n(x)\nendobj\n1 0 obj\nnull\nendobj\n'),
    ]),
  'a page that comes in ten generations': () =>
    Buffer.concat([
      around(),
      Buffer.from(
        Array.from({ length: 10 }, (_, n) => `3 ${n} obj\n<< /Type /Page /Rotate ${n} >>\nendobj\n`).join(''),
      ),
    ]),
  'a generation of 99,999': () => replaced(around(), '3 0 obj', '3 99999 obj'),
  'a trailer that is no dictionary': () =>
    Buffer.from(
      around()
        .toString('latin1')
        .replace(/trailer\n<<.*>>/, 'trailer\n[1 0 R]'),
      'latin1',
    ),
  'a root that is a page': () => around([], { trailer: '/Root 3 0 R ' }),
  'a root that is text, information that is a stream': () =>
    around([stream('', content)], { trailer: '/Root (1 0 R) /Info 4 0 R ' }),
  'everything of the wrong type': () =>
    around(['[1 2 3]'], {
      catalog:
        '/Outlines 4 0 R /Names [] /Dests 7 /AcroForm (x) /PageLabels true /OCProperties 4 0 R /Metadata /x /AF 3 /OpenAction 9 /StructTreeRoot [] /Threads << >> /ViewerPreferences 4 0 R /Lang 4 0 R /Collection 1 ',
      page: '/Annots << >> /Contents (x) /Resources [] /MediaBox 7 /CropBox << >> /Rotate /x /AA [] /B 1 /StructParents (x) /UserUnit [] /Group 0 ',
      trailer: '/Info 4 0 R /ID 7 ',
    }),
};
