import type { PassFiles, Range } from '../../model/pass.ts';

/** What became of a page: an image, one smaller than wished, or none. */
export type Outcome = 'drawn' | 'smaller' | 'failed';

/** An image as it is kept until it is written. */
export interface Frame {
  outcome: Outcome;
  /** Empty where it failed. */
  image: Uint8Array;
}

const outcomes: readonly Outcome[] = ['drawn', 'smaller', 'failed'];
const headBytes = 5;

/** A frame in bytes: the length of the image, how it went, the image. */
export function* pack({ outcome, image }: Frame): Iterable<Uint8Array> {
  const head = Buffer.alloc(headBytes);
  head.writeUInt32LE(image.length);
  head.writeUInt8(outcomes.indexOf(outcome), 4);
  yield head;
  yield image;
}

/** All frames of all ranges, in page order, one in memory at a time. */
export async function* unpack(
  ranges: readonly Range[],
  stored: PassFiles['stored'],
): AsyncGenerator<Frame, undefined> {
  for (const [range, { first, last }] of ranges.entries()) {
    let at = 0;
    for (let n = first; n < last; n += 1) {
      const head = await stored(range, at, at + headBytes);
      const end = at + headBytes + head.readUInt32LE();
      yield { outcome: outcomes[head.readUInt8(4)]!, image: await stored(range, at + headBytes, end) };
      at = end;
    }
  }
}
