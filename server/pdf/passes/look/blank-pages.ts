import { type Painting, paintingOf } from '../../source/content/painting.ts';
import { userUnit } from '../../source/page-view.ts';
import { visibleAnnotations } from '../../source/shown-annotations.ts';
import { type Bitmap, openRenderer, type Renderer, type Size } from '../images/renderer.ts';
import { isInked } from './ink.ts';
import { lookPass } from './look-pass.ts';

/** Finds blank pages: those with nothing to see, and neither form fields nor comments. */
export const openBlankPass = lookPass((sources, { sources: documents, calls, maxPages }) => {
  const mostInk = Number(calls[0]!.options.tolerance ?? 0) / 100;
  let renderer: Promise<Renderer> | undefined;

  return {
    async look(source, page) {
      const { pages } = sources[source]!;
      const own = pages[page]!;
      if (visibleAnnotations(own).length > 0) return false;
      const painting = paintingOf(sources[source]!, own);
      if (painting && !painting.paints) return true;
      const opened = await (renderer ??= openRenderer(documents, maxPages));
      if (opened.pages[source] !== pages.length) return null;
      const isScanned = isScan(painting);
      let perPoint = 0;
      const fit = (units: Size): Size => {
        perPoint = Math.min(
          isScanned ? scanned : drawn,
          Math.sqrt(mostPixels / (units.width * units.height)) / userUnit(own),
        );
        const pixels = (length: number) => Math.max(1, Math.round(length * userUnit(own) * perPoint));
        return { width: pixels(units.width), height: pixels(units.height) };
      };
      const bitmap = await opened.draw(source, page, fit, 'nothing');
      if (!bitmap) return null;
      const perMillimetre = isScanned ? perPoint * pointsPerMillimetre : undefined;
      if (isInked(bitmap, mostInk, perMillimetre)) return false;
      return isAllDrawn(bitmap, painting) || null;
    },
    async rest() {
      renderer = undefined;
    },
  };
});

/** Pixels of a point: of a scan so many that a thin letter is more than a speck of dust, else such that nothing gets lost. */
const scanned = 75 / 72;
const drawn = 40 / 72;
const mostPixels = 4_000_000;
const pointsPerMillimetre = 72 / 25.4;

/** Pictures over most of the page and nothing written on them, but for what OCR has read. */
function isScan(painting: Painting | undefined): boolean {
  return painting !== undefined && painting.pictures >= 0.5 && !painting.text;
}

/**
 * Whether a page that looks blank is: content that nobody can follow, and a picture that is damaged, in a hidden layer or
 * of a kind that PDFium does not know, leave it empty too.
 */
function isAllDrawn({ data }: Bitmap, painting: Painting | undefined): boolean {
  if (!painting) return false;
  if (painting.opaque === 0) return true;
  let covered = 0;
  for (let at = 3; at < data.length; at += 4) if (data[at]! > 0) covered += 1;
  return covered / (data.length / 4) >= painting.opaque / 2;
}
