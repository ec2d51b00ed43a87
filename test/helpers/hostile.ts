import { constants, deflateRawSync, deflateSync } from 'node:zlib';

/*
 * PDFs made to hurt, byte by byte: no library would write them. Every maker returns a whole file. What each does to
 * which reader is listed in the project's notes on hostile input.
 */

const MB = 2 ** 20;

/** Hostile files by what they are. */
export type Family = Readonly<Record<string, () => Buffer>>;

/** Further entries of the honest objects; of two equal ones the last counts. */
interface Entries {
  catalog?: string;
  tree?: string;
  page?: string;
  trailer?: string;
}

/** A small honest document around extra objects, with a true cross-reference; `objects` are numbered from 4 on. */
export function around(objects: readonly (string | Buffer)[] = [], entries: Entries = {}): Buffer {
  const { catalog = '', tree = '', page = '', trailer = '' } = entries;
  const bodies = [
    `<< /Type /Catalog /Pages 2 0 R ${catalog}>>`,
    `<< /Type /Pages /Kids [3 0 R] /Count 1 ${tree}>>`,
    `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] ${page}>>`,
    ...objects,
  ];
  const parts: Buffer[] = [Buffer.from('%PDF-1.7\n')];
  let offset = parts[0]!.length;
  const rows = bodies.map((body, index) => {
    const at = offset;
    for (const part of [`${index + 1} 0 obj\n`, body, '\nendobj\n']) {
      const bytes = typeof part === 'string' ? Buffer.from(part, 'latin1') : part;
      parts.push(bytes);
      offset += bytes.length;
    }
    return `${String(at).padStart(10, '0')} 00000 n \n`;
  });
  const size = bodies.length + 1;
  parts.push(Buffer.from(`xref\n0 ${size}\n0000000000 65535 f \n${rows.join('')}`));
  parts.push(
    Buffer.from(`trailer\n<< /Root 1 0 R /Size ${size} ${trailer} >>\nstartxref\n${offset}\n%%EOF\n`),
  );
  return Buffer.concat(parts);
}

/** A stream object; its /Length is true unless `length` says another. */
export function stream(dict: string, data: Buffer, length: string | number = data.length): Buffer {
  return Buffer.concat([
    Buffer.from(`<< ${dict} /Length ${length} >>\nstream\n`, 'latin1'),
    data,
    Buffer.from('\nendstream', 'latin1'),
  ]);
}

/** An object stream that unpacks to `megabytes` of spaces. `type` spells its name, as `/Obj#53tm`. */
export function objectStreamBomb(megabytes = 100, type = '/ObjStm'): Buffer {
  return around([
    stream(
      `/Type ${type} /N 1 /First 4 /Filter /FlateDecode`,
      deflateSync(Buffer.alloc(megabytes * MB, ' ')),
    ),
  ]);
}

/** The same, packed twice: some kilobytes. */
export function doubleBomb(megabytes: number): Buffer {
  const twice = deflateSync(deflateSync(Buffer.alloc(megabytes * MB, ' ')));
  return around([stream('/Type /ObjStm /N 1 /First 4 /Filter [/FlateDecode /FlateDecode]', twice)]);
}

/** With a zlib header that zlib refuses (a window of 8 MB) and PDF readers let pass. */
export function oddHeaderBomb(megabytes: number): Buffer {
  const raw = deflateRawSync(Buffer.alloc(megabytes * MB, ' '));
  const packed = Buffer.concat([Buffer.from('f81c', 'hex'), raw]);
  return around([stream('/Type /XRef /Size 1 /W [1 1 1] /Filter /FlateDecode', packed)]);
}

/** An object stream bomb that the prescan does not see through: LZW, of which every code of 12 bits grows the last. */
export function lzwBomb(megabytes: number): Buffer {
  return unlisted([stream('/Type /ObjStm /N 1 /First 4 /Filter /LZWDecode', lzwSpaces(megabytes * MB))]);
}

/** An object stream that the prescan lets pass, of an array of thirty million numbers. */
export function numbersBomb(): Buffer {
  const data = deflateSync(Buffer.concat([Buffer.from('9 0 ['), Buffer.alloc(60 * MB, '0 ')]));
  return unlisted([stream('/Type /ObjStm /N 1 /First 4 /Filter /FlateDecode', data)]);
}

/** A file without a true cross-reference: all that is in it is read. */
function unlisted(objects: readonly (string | Buffer)[]): Buffer {
  return replaced(around(objects), 'startxref', 'startyref');
}

/** Page content, which no loader unpacks. */
export function contentBomb(megabytes: number): Buffer {
  return around([stream('/Filter /FlateDecode', deflateSync(Buffer.alloc(megabytes * MB, ' ')))]);
}

/** Each of these streams is searched for its end to the end of the file, by readers that count nested ones. */
export function fakeStreams(count: number): Buffer {
  return around(Array.from({ length: count }, () => '<< /Length 9 0 R >>\nstream\nx'));
}

export function manyObjects(count: number): Buffer {
  return around(Array.from({ length: count }, () => 'null'));
}

/** An object stream of `bytes` of spaces that claims to hold so many objects. */
export function claimedObjects(claim: number, bytes: number): Buffer {
  return around([
    stream(`/Type /ObjStm /N ${claim} /First 4 /Filter /FlateDecode`, deflateSync(Buffer.alloc(bytes, ' '))),
  ]);
}

/** Objects that cannot be parsed, and never end. */
export function brokenObjects(count: number): Buffer {
  return Buffer.from(`%PDF-1.7\n${'1 0 obj @@ '.repeat(count)}`);
}

/** A cross-reference stream of a billion rows of no bytes. */
export function emptyRows(): Buffer {
  return around([stream('/Type /XRef /Size 1000000000 /W [0 0 0]', Buffer.alloc(0))]);
}

/** Arrays within arrays. */
export function nestedArrays(depth: number): Buffer {
  return around(['['.repeat(depth)]);
}

/** A page tree of `depth` levels, each of `width` times the same child: `width ** depth` pages in some kilobytes. */
export function pageTreeDag(depth = 9, width = 200): Buffer {
  const levels = Array.from({ length: depth }, (_, level) => {
    const kid = level === depth - 1 ? 3 : level + 5;
    return `<< /Type /Pages /Count ${width} /Kids [${`${kid} 0 R `.repeat(width)}] >>`;
  });
  return replaced(around(levels), '/Pages 2 0 R', '/Pages 4 0 R');
}

/** A page tree that is its own only child. */
export function cyclicPageTree(): Buffer {
  // A page that the tree has lost would be found by what it says of itself.
  return replaced(replaced(around(), '/Kids [3 0 R]', '/Kids [2 0 R]'), '/Type /Page /Parent', '/Parent');
}

/** Cut off before the first page. */
export function truncated(): Buffer {
  const file = around();
  return file.subarray(0, file.indexOf('3 0 obj'));
}

/** Encrypted (RC4, 128 bits) with a password that nobody knows. */
export function encrypted(): Buffer {
  const [owner, user, id] = ['11', '22', '33'].map((byte) => `<${byte.repeat(32)}>`);
  const dictionary = `<< /Filter /Standard /V 2 /R 3 /Length 128 /P -4 /O ${owner} /U ${user} >>`;
  return around([dictionary], { trailer: `/Encrypt 4 0 R /ID [${id} ${id}]` });
}

/** Zeros in the Flate format, as many as wished: one packed megabyte over and over (without the checksum at its end). */
export function packedZeros(megabytes: number): Buffer {
  const packed = deflateRawSync(Buffer.alloc(MB), { finishFlush: constants.Z_SYNC_FLUSH });
  const last = Buffer.of(0x03, 0x00);
  return Buffer.concat([Buffer.of(0x78, 0x9c), ...Array<Buffer>(megabytes).fill(packed), last]);
}

/** The file with its first such part replaced: its cross-reference may be wrong then. */
export function replaced(file: Buffer, part: string, by: string): Buffer {
  return Buffer.from(file.toString('latin1').replace(part, by), 'latin1');
}

/** Variable-width LZW as in PDF (early change), of a run of spaces, started anew whenever the table is full. */
function lzwSpaces(length: number): Buffer {
  const bits: number[] = [];
  let held = 0;
  let holding = 0;
  const put = (code: number, width: number): void => {
    held = (held << width) | code;
    holding += width;
    while (holding >= 8) {
      holding -= 8;
      bits.push((held >> holding) & 0xff);
    }
    held &= (1 << holding) - 1;
  };
  let made = 0;
  while (made < length) {
    put(256, made === 0 ? 9 : 12);
    put(32, 9);
    made += 1;
    // Code 258 is two spaces, 259 three, and so on; each is used as it is defined.
    for (let code = 258; code < 4_094 && made < length; code += 1) {
      put(code, Math.min(12, Math.floor(Math.log2(code + 1)) + 1));
      made += code - 256;
    }
  }
  put(257, 12);
  if (holding > 0) bits.push((held << (8 - holding)) & 0xff);
  return Buffer.from(bits);
}
