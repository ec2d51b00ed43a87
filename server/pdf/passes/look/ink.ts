import type { Bitmap } from '../images/renderer.ts';
import { type Patch, patchesOf } from './ink-patches.ts';

/* Of a scan, in millimetres. */
/** What is no larger either way is dust. */
const dust = 1.5;
/** How large a punched hole is, and how far from the nearest edge its far side. */
const hole = { least: 4, most: 9, reach: 25 };
/** How much of the square around a hole is dark at least: letters leave more free. */
const holeFill = 0.6;
/** How far a dark edge reaches in. */
const edge = 12;

/* Of 255. */
/** No further from the paper is what shines through it. */
const faint = 60;
/** What was drawn on a computer has no noise. */
const flawless = 8;
/** Darker is no paper: such a page is covered. */
const darkest = 128;

/**
 * Whether more than a share of a page is inked. On a drawing that is all that is not as the paper is, whatever tint that
 * has. On a scan it is what is darker, but for dust, punched holes, dark edges and what shines through from the other side.
 * @param bitmap drawn on nothing, which is white
 * @param perMillimetre pixels, of a scan
 */
export function isInked(bitmap: Bitmap, share: number, perMillimetre?: number): boolean {
  const pixels = onWhite(bitmap);
  const paper = paperOf(pixels);
  if (levelsOf(paper).some((level) => level < darkest)) return true;
  const most = share * pixels.length;
  let area = 0;
  if (perMillimetre === undefined) {
    for (const ink of inkIn(pixels, (colour) => distance(paper, colour) > flawless)) area += ink;
    return area > most;
  }
  const inked = inkIn(pixels, (colour) => darkness(paper, colour) > faint);
  for (const patch of patchesOf(inked, bitmap)) {
    if (!isOfTheScan(patch, perMillimetre)) area += patch.area;
    if (area > most) return true;
  }
  return false;
}

/** Red, green and blue, from the lowest byte on. */
type Colour = number;

const channels = [0, 8, 16] as const;
const white: Colour = 0xff_ff_ff;

/** The colour of each pixel. */
function onWhite({ data }: Bitmap): Uint32Array {
  const pixels = new Uint32Array(data.length / 4);
  for (let index = 0, at = 0; index < pixels.length; index += 1, at += 4) {
    const alpha = data[at + 3]!;
    pixels[index] = alpha === 0 ? white : 0;
    if (alpha > 0)
      for (const shift of channels) {
        const level = data[at + shift / 8]!;
        pixels[index]! |= (255 - Math.round(((255 - level) * alpha) / 255)) << shift;
      }
  }
  return pixels;
}

/** The colour of most of a page, give or take four of each channel. */
function paperOf(pixels: Uint32Array): Colour {
  const counts = new Map<Colour, number>();
  let from = 0;
  for (let at = 1; at <= pixels.length; at += 1) {
    // Most pixels are like the one before them.
    if (pixels[at] === pixels[from]) continue;
    const alike = (pixels[from]! & 0xf8_f8_f8) | 0x04_04_04;
    counts.set(alike, (counts.get(alike) ?? 0) + at - from);
    from = at;
  }
  return [...counts].reduce((most, one) => (one[1] > most[1] ? one : most))[0];
}

/** A 1 for each pixel that is ink. */
function inkIn(pixels: Uint32Array, isInk: (colour: Colour) => boolean): Uint8Array {
  const inked = new Uint8Array(pixels.length);
  let last = { colour: white, isInk: isInk(white) };
  for (let at = 0; at < pixels.length; at += 1) {
    const colour = pixels[at]!;
    if (colour !== last.colour) last = { colour, isInk: isInk(colour) };
    if (last.isInk) inked[at] = 1;
  }
  return inked;
}

/** How much darker a colour is than the paper, in the channel in which it is most so. */
function darkness(paper: Colour, colour: Colour): number {
  let most = -255;
  for (const shift of channels) most = Math.max(most, ((paper >> shift) & 0xff) - ((colour >> shift) & 0xff));
  return most;
}

function distance(paper: Colour, colour: Colour): number {
  return Math.max(darkness(paper, colour), darkness(colour, paper));
}

function levelsOf(colour: Colour): number[] {
  return channels.map((shift) => (colour >> shift) & 0xff);
}

/** Whether a patch comes of the scanner or of the sheet. */
function isOfTheScan(patch: Patch, perMillimetre: number): boolean {
  const [width, height, nearest, furthest] = [
    patch.right - patch.left,
    patch.bottom - patch.top,
    patch.nearest,
    patch.furthest,
  ].map((pixels) => pixels / perMillimetre) as [number, number, number, number];
  if (Math.max(width, height) <= dust) return true;
  if (nearest < dust && furthest <= edge) return true;
  const isRound = Math.min(width, height) >= hole.least && Math.max(width, height) <= hole.most;
  const box = (patch.right - patch.left) * (patch.bottom - patch.top);
  return isRound && patch.area >= holeFill * box && furthest <= hole.reach;
}
