import { isOutOfMemory } from '../../source/out-of-memory.ts';
import type { Change } from './changes.ts';
import { isImage } from './image.ts';
import { openPicture, type Picture, type Size } from './recoded-picture.ts';
import type { Placement } from './placements.ts';
import { recompress } from './recompress.ts';
import type { Stream } from './page-streams.ts';

/** What is wished of images. */
export interface Wish {
  /** Of JPEG, 1 to 100. Undefined: what is stored without loss stays so. */
  quality: number | undefined;
  /** Pixels an inch, at most. */
  dpi: number | undefined;
}

/** Of a JPEG that is scaled down without a quality being wished. */
const fairQuality = 85;
/** What a loss of quality has to save. */
const worthwhile = 0.9;
/** What no way without loss can save. */
const overwhelming = 0.25;

/** The smallest of all codings of a stream that are as wished; undefined where it has that already. */
export async function shrink(item: Stream, wish: Wish): Promise<Change | undefined> {
  const { stream } = item;
  if (!isImage(stream)) return recompress(stream);
  try {
    const picture = await openPicture(stream);
    if (picture) return await shrinkPicture(item, picture, wish);
  } catch (error) {
    if (isOutOfMemory(error)) throw error;
  }
  // What cannot be read without a fault keeps its samples.
  return recompress(stream);
}

async function shrinkPicture(
  { stream, placement, isMask }: Stream,
  picture: Picture,
  { quality, dpi }: Wish,
): Promise<Change | undefined> {
  const before = stream.getContents().length;
  const size = placement && dpi !== undefined ? sizeAt(dpi, placement, picture) : picture;
  const isScaled = size.width !== picture.width || size.height !== picture.height;
  const isJpeg = picture.coding === 'jpeg';
  // What JPEG blurs would show as a seam around what a mask cuts out.
  const isLossy = isJpeg ? quality !== undefined || isScaled : quality !== undefined && !isMask;
  const lossy = isLossy ? await picture.jpeg(size, quality ?? fairQuality) : undefined;
  if (lossy && lossy.data.length < before * overwhelming) return lossy;
  const lossless = smaller(recompress(stream), isJpeg ? undefined : await picture.png(size), before);
  const least = lossless?.data.length ?? before;
  return lossy && lossy.data.length < least * worthwhile ? lossy : lossless;
}

/** In pixels: its own where it has no more of them, wherever it is drawn, than asked. */
function sizeAt(dpi: number, drawn: Placement, own: Size): Size {
  const wished = Math.max(drawn.width / own.width, drawn.height / own.height) * (dpi / 72);
  if (!(wished < 1)) return own;
  const pixels = (length: number): number => Math.max(1, Math.round(length * wished));
  return { width: pixels(own.width), height: pixels(own.height) };
}

function smaller(a: Change | undefined, b: Change | undefined, than: number): Change | undefined {
  const best = !a || (b && b.data.length < a.data.length) ? b : a;
  return best && best.data.length < than ? best : undefined;
}
