/** How a stream is made smaller. */
export type Change = Packing | Recoding;

/** `unpacked`: without the outer filters, that only make it larger. `deflated`: the same data, packed better. */
export interface Packing {
  way: 'unpacked' | 'deflated';
  data: Uint8Array;
}

/** An image, coded anew: as JPEG, or without loss as rows with PNG's predictors. */
export interface Recoding {
  way: 'jpeg' | 'png';
  data: Uint8Array;
  /** In pixels. */
  width: number;
  height: number;
  /** Samples a pixel. */
  colors: 1 | 3;
}

const ways = ['unpacked', 'deflated', 'jpeg', 'png'] as const;
const headBytes = 18;

/** A change in bytes. @param id of the stream within the pass */
export function* packChange(id: number, change: Change): Iterable<Uint8Array> {
  const head = Buffer.alloc(headBytes);
  head.writeUInt32LE(id);
  head.writeUInt8(ways.indexOf(change.way), 4);
  head.writeUInt32LE(change.data.length, 5);
  if ('width' in change) {
    head.writeUInt32LE(change.width, 9);
    head.writeUInt32LE(change.height, 13);
    head.writeUInt8(change.colors, 17);
  }
  yield head;
  yield change.data;
}

/** The changes of a range, their data as views. */
export function* unpackChanges(bytes: Buffer): Iterable<[id: number, change: Change]> {
  for (let at = 0; at < bytes.length;) {
    const head = bytes.subarray(at, at + headBytes);
    at += headBytes + head.readUInt32LE(5);
    const data = bytes.subarray(at - head.readUInt32LE(5), at);
    const way = ways[head.readUInt8(4)]!;
    const [width, height, colors] = [head.readUInt32LE(9), head.readUInt32LE(13), head.readUInt8(17)];
    const change: Change =
      way === 'jpeg' || way === 'png'
        ? { way, data, width, height, colors: colors === 1 ? 1 : 3 }
        : { way, data };
    yield [head.readUInt32LE(), change];
  }
}
