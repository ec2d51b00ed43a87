/** Boxes that the picture is made of (ISO 15444-1, annex I; 15444-2, annex M); all others tell about it. */
const pictorial = new Set(['jP  ', 'ftyp', 'rreq', 'jp2h', 'jpch', 'jplh', 'cgrp', 'colr', 'jp2c']);
/** They say where in the file something is. */
const pointing = new Set(['ftbl', 'dtbl']);

/**
 * A JPEG 2000 file without what it tells beside its picture: XML and UUID boxes (XMP, Exif, IPTC), labels and comments.
 * The same bytes where there is nothing to remove, undefined where it is damaged, or cannot be shortened.
 */
export function withoutJp2Metadata(data: Uint8Array): Uint8Array | undefined {
  const bytes = Buffer.from(data.buffer, data.byteOffset, data.length);
  if (isCodestream(bytes)) return withoutComments(bytes);
  const kept: Uint8Array[] = [];
  for (let at = 0; at < bytes.length;) {
    if (at + 8 > bytes.length) return undefined;
    const type = bytes.toString('latin1', at + 4, at + 8);
    if ((at === 0 && type !== 'jP  ') || pointing.has(type)) return undefined;
    const said = bytes.readUInt32BE(at);
    const head = said === 1 ? 16 : 8;
    if (at + head > bytes.length) return undefined;
    const length = said === 1 ? Number(bytes.readBigUInt64BE(at + 8)) : said || bytes.length - at;
    const end = at + length;
    if (length < head || end > bytes.length) return undefined;
    if (type === 'jp2c') {
      const content = bytes.subarray(at + head, end);
      const shorter = isCodestream(content) ? withoutComments(content) : undefined;
      if (!shorter) return undefined;
      kept.push(...(shorter === content ? [bytes.subarray(at, end)] : [headOf(type, shorter), shorter]));
    } else if (pictorial.has(type)) kept.push(bytes.subarray(at, end));
    at = end;
  }
  return lengthOf(kept) === bytes.length ? data : Buffer.concat(kept);
}

function headOf(type: string, content: Uint8Array): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt32BE(8 + content.length);
  head.write(type, 4, 'latin1');
  return head;
}

const startOfTile = 0xff90;
const comment = 0xff64;

function isCodestream(bytes: Buffer): boolean {
  return bytes.length > 4 && bytes.readUInt32BE(0) === 0xff4fff51;
}

/** Comments stand in its header, before the first tile. */
function withoutComments(codestream: Buffer): Buffer | undefined {
  const kept = [codestream.subarray(0, 2)];
  let at = 2;
  while (at + 4 <= codestream.length) {
    const marker = codestream.readUInt16BE(at);
    if (marker === startOfTile) {
      const isSame = lengthOf(kept) === at;
      return isSame ? codestream : Buffer.concat([...kept, codestream.subarray(at)]);
    }
    const end = at + 2 + codestream.readUInt16BE(at + 2);
    if (marker < 0xff00) return undefined;
    if (marker !== comment) kept.push(codestream.subarray(at, end));
    at = end;
  }
  return undefined;
}

function lengthOf(parts: readonly Uint8Array[]): number {
  return parts.reduce((sum, part) => sum + part.length, 0);
}
