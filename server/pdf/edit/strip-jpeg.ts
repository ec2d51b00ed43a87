/**
 * A JPEG file without what it tells beside its picture: Exif, XMP, IPTC, comments, previews, and what follows its end.
 * ICC profiles and Adobe's marker stay, as colours depend on them. The same bytes where there is nothing to remove,
 * undefined where the file is damaged before its picture begins.
 */
export function withoutJpegMetadata(data: Uint8Array): Uint8Array | undefined {
  if (data[0] !== 0xff || data[1] !== 0xd8) return undefined;
  const kept = [data.subarray(0, 2)];
  let drawn = false;
  for (let at = 2; at < data.length;) {
    while (data[at + 1] === 0xff) at += 1;
    const marker = data[at + 1];
    if (marker === endOfImage) {
      kept.push(data.subarray(at, isPadding(data.subarray(at + 2)) ? data.length : at + 2));
      break;
    }
    const end = at + 2 + ((data[at + 2] ?? 0) << 8) + (data[at + 3] ?? 0);
    if (data[at] !== 0xff || end < at + 4 || end > data.length) {
      if (!drawn) return undefined;
      kept.push(data.subarray(at));
      break;
    }
    if (marker === startOfScan) {
      drawn = true;
      const next = endOfScan(data, end);
      kept.push(data.subarray(at, next));
      at = next;
      continue;
    }
    const segment = keptOfSegment(marker!, data.subarray(at, end));
    if (segment) kept.push(segment);
    at = end;
  }
  const length = kept.reduce((sum, part) => sum + part.length, 0);
  return length === data.length ? data : Buffer.concat(kept, length);
}

const startOfScan = 0xda;
const endOfImage = 0xd9;
/** Of JFIF's segment, without the thumbnail that may follow. */
const jfifBytes = 18;

function keptOfSegment(marker: number, segment: Uint8Array): Uint8Array | undefined {
  if (marker === 0xfe) return undefined;
  if (marker < 0xe0 || marker > 0xef) return segment;
  const says = (name: string): boolean =>
    Buffer.from(segment.subarray(4, 4 + name.length)).toString('latin1') === name;
  if (marker === 0xe0 && says('JFIF\0')) return withoutThumbnail(segment);
  return (marker === 0xe2 && says('ICC_PROFILE\0')) || (marker === 0xee && says('Adobe'))
    ? segment
    : undefined;
}

function withoutThumbnail(jfif: Uint8Array): Uint8Array {
  if (jfif.length <= jfifBytes) return jfif;
  const head = Uint8Array.from(jfif.subarray(0, jfifBytes));
  head.set([0, jfifBytes - 2], 2);
  head.set([0, 0], jfifBytes - 2);
  return head;
}

/** In the data of a scan, only restarts follow a byte of ones, or a zero that says that it is none. */
function endOfScan(data: Uint8Array, start: number): number {
  for (let at = data.indexOf(0xff, start); at >= 0; at = data.indexOf(0xff, at + 1)) {
    const next = data[at + 1];
    if (next === undefined) break;
    if (next !== 0 && next !== 0xff && (next < 0xd0 || next > 0xd7)) return at;
  }
  return data.length;
}

function isPadding(rest: Uint8Array): boolean {
  return rest.every((byte) => byte === 0x00 || byte === 0x0a || byte === 0x0d || byte === 0xff);
}
