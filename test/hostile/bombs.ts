import { deflateSync } from 'node:zlib';
import {
  around,
  doubleBomb,
  type Family,
  lzwBomb,
  objectStreamBomb,
  oddHeaderBomb,
  packedZeros,
  stream,
} from '../helpers/hostile.ts';

const MB = 2 ** 20;
const objectStream = '/Type /ObjStm /N 1 /First 4';

/** A stream dictionary's object around packed data, as an object stream. */
function packed(filter: string, data: Buffer, others: string[] = []): Buffer {
  return around([stream(`${objectStream} /Filter ${filter}`, data), ...others]);
}

function hex(data: Buffer): Buffer {
  return Buffer.from(`${data.toString('hex')}>`);
}

/** Each pair of bytes is a run of 128 zeros. */
function runs(megabytes: number): Buffer {
  return Buffer.concat([Buffer.alloc((megabytes * MB) / 64, Buffer.of(129, 0)), Buffer.of(128)]);
}

/** `z` is four zeros. */
function ascii85(megabytes: number): Buffer {
  return Buffer.from(`${'z'.repeat((megabytes * MB) / 4)}~>`);
}

function drawn(resources: string, content: string, ...objects: (string | Buffer)[]): Buffer {
  return around([stream('', Buffer.from(content)), ...objects], {
    page: `/Contents 4 0 R /Resources << ${resources} >> `,
  });
}

function image(width: number, height: number, filter: string, data: Buffer): Buffer {
  const dict = `/Type /XObject /Subtype /Image /Width ${width} /Height ${height} /BitsPerComponent 8 /ColorSpace /DeviceRGB /Filter ${filter}`;
  return drawn('/XObject << /Im 5 0 R >>', '200 0 0 200 0 0 cm /Im Do', stream(dict, data));
}

/** `levels` forms, each of which draws the next ten times. */
function laughs(levels: number): Buffer {
  const forms = Array.from({ length: levels }, (_, level) =>
    stream(
      `/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /F ${level + 6} 0 R >> >>`,
      Buffer.from('/F Do '.repeat(level === levels - 1 ? 0 : 10)),
    ),
  );
  return drawn('/XObject << /F 5 0 R >>', '/F Do', ...forms);
}

/** A JPEG of a few bytes that claims to be as large as one can be. */
const hugeJpeg = Buffer.from(
  'ffd8ffc0001108ffffffff03012200021101031101ffda000c03010002110311003f00ffd9',
  'hex',
);

export const bombs: Family = {
  'an object stream of 1 GB': () => packed('/FlateDecode', packedZeros(1_024)),
  'an object stream of 256 MB under an escaped name': () => objectStreamBomb(256, '/O#62jStm'),
  'an object stream packed twice': () => doubleBomb(512),
  'an object stream packed five times': () => {
    let data = packedZeros(1_024);
    for (let layer = 0; layer < 4; layer += 1) data = deflateSync(data);
    return packed(`[${'/FlateDecode '.repeat(5)}]`, data);
  },
  'an object stream packed twice, by filters that stand elsewhere': () =>
    packed('[5 0 R 5 0 R]', deflateSync(packedZeros(1_024)), ['/FlateDecode']),
  'an object stream whose filter is written with escapes': () =>
    packed('[/#46late#44ecode /F#6c]', deflateSync(packedZeros(1_024))),
  'an object stream in hex and Flate': () =>
    packed('[/ASCIIHexDecode /FlateDecode]', hex(packedZeros(1_024))),
  'an object stream in hex and Flate, twice': () =>
    packed('[/AHx /Fl /AHx /Fl]', hex(deflateSync(hex(deflateSync(packedZeros(1_024)))))),
  'an object stream in ASCII 85': () => packed('/ASCII85Decode', ascii85(1_024)),
  'an object stream in LZW': () => lzwBomb(1_024),
  'an object stream in run lengths': () => packed('/RunLengthDecode', runs(1_024)),
  'an object stream in run lengths and Flate': () =>
    packed('[/FlateDecode /RunLengthDecode]', deflateSync(runs(2_048))),
  'twenty object streams of 60 MB': () =>
    around(Array.from({ length: 20 }, () => stream(`${objectStream} /Filter /FlateDecode`, packedZeros(60)))),
  'a cross-reference stream with an odd header': () => oddHeaderBomb(256),
  'metadata of 1 GB': () =>
    around([stream('/Type /Metadata /Subtype /XML /Filter /FlateDecode', packedZeros(1_024))], {
      catalog: '/Metadata 4 0 R ',
    }),
  'a page of 1 GB': () =>
    around([stream('/Filter /FlateDecode', packedZeros(1_024))], { page: '/Contents 4 0 R ' }),
  'a page of 1 GB, packed twice': () =>
    around([stream('/Filter [/FlateDecode /FlateDecode]', deflateSync(packedZeros(1_024)))], {
      page: '/Contents 4 0 R ',
    }),
  'a page that saves its state ten million times': () =>
    around([stream('/Filter /FlateDecode', deflateSync(Buffer.alloc(20 * MB, 'q ')))], {
      page: '/Contents 4 0 R ',
    }),
  'a page whose content is a million times the same': () =>
    around([stream('', Buffer.from('q Q '.repeat(100)))], {
      page: `/Contents [${'4 0 R '.repeat(1_000_000)}] `,
    }),
  'an image of 60,000 by 60,000': () => image(60_000, 60_000, '/FlateDecode', packedZeros(10_300)),
  'an image of 60,000 by 60,000 without data': () => image(60_000, 60_000, '/FlateDecode', packedZeros(1)),
  'an image that claims 10^9 by 10^9': () => image(1e9, 1e9, '/FlateDecode', packedZeros(1)),
  'a JPEG that claims 65,535 by 65,535': () => image(65_535, 65_535, '/DCTDecode', hugeJpeg),
  'a fax of 10^9 columns': () =>
    image(
      1e9,
      1e9,
      '/CCITTFaxDecode /DecodeParms << /K -1 /Columns 1000000000 /Rows 1000000000 >>',
      Buffer.alloc(64),
    ),
  'forms that draw forms, 10^12 times': () => laughs(12),
  'a font file, a character map and a colour profile of 512 MB': () =>
    drawn(
      '/Font << /F 5 0 R >> /ColorSpace << /C [/ICCBased 6 0 R] >>',
      'BT /F 12 Tf (Text) Tj ET /C cs 0 sc 0 0 9 9 re f',
      '<< /Type /Font /Subtype /TrueType /BaseFont /X /ToUnicode 6 0 R /FontDescriptor << /Type /FontDescriptor /FontName /X /FontFile2 6 0 R >> >>',
      stream('/N 3 /Filter /FlateDecode', packedZeros(512)),
    ),
};
