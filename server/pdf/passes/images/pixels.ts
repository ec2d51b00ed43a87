import type { Size } from './renderer.ts';

/** Of an image: what a slot has memory for. */
const mostPixels = 25_000_000;
/** WebP cannot say more. */
const longestSide = 16_383;

/** How large a page of this size in points is drawn, in pixels, and at how many dots an inch: fewer than wished where it is too large for that. */
export function pixelsOf({ width, height }: Size, wishedDpi: number): { size: Size; dpi: number } {
  const dpi = Math.min(
    wishedDpi,
    72 * Math.sqrt(mostPixels / (width * height)),
    (72 * longestSide) / Math.max(width, height),
  );
  const pixels = (points: number): number => Math.max(1, Math.round((points * dpi) / 72));
  return { size: { width: pixels(width), height: pixels(height) }, dpi };
}
