import { PDFArray, PDFDict, PDFName, PDFStream } from 'pdf-lib';
import type { PDFObject } from 'pdf-lib';
import type { Source } from '../load.ts';
import { asDict, dictAt, valuesOf } from '../objects.ts';
import type { SourcePage } from '../page-tree.ts';
import { isPainter, paintersIn, resourcesOf } from './painters.ts';
import { category } from './resource-names.ts';

/** What can show or hold something. Plain fonts, colour spaces and graphics states are mere tools. */
const showing = [category.XObject, category.Pattern, category.Shading, category.Properties];

/**
 * Pages whose resources were made for them: what these can show is named for no other page, and they are not all fonts
 * of the document. Nothing of another page comes along with them, so that there is no need to read what they use: it
 * would take as long as all else that is done to a large manual.
 */
export function tailoredPages({ pages, context }: Source): Set<SourcePage> {
  const tailored = new Set(pages);
  const owners = new Map<PDFObject, SourcePage>();
  /** Whether nobody came across it before. */
  const claim = (object: PDFObject, page: SourcePage): boolean => {
    const owner = owners.get(object);
    if (!owner) owners.set(object, page);
    else if (owner !== page) for (const sharing of [owner, page]) tailored.delete(sharing);
    return !owner;
  };
  for (const page of pages) {
    const open = [resourcesOf(page)];
    for (const at of open) {
      const resources = asDict(context.lookup(at));
      if (!resources || !claim(resources, page)) continue;
      for (const shown of shownBy(resources))
        if (claim(shown, page) && isPainter(shown)) open.push(resourcesOf(shown));
    }
  }
  const fonts = pages.map(
    (page) => dictAt(asDict(context.lookup(resourcesOf(page))), 'Font')?.values() ?? [],
  );
  const all = new Set(fonts.flat());
  for (const [index, page] of pages.entries())
    if (all.size > 0 && new Set(fonts[index]).size === all.size) tailored.delete(page);
  return tailored;
}

/** All that resources can show, and the dictionaries that name it. */
function shownBy(resources: PDFDict): PDFObject[] {
  const seen = new Set<PDFObject>();
  const named = showing.flatMap((kind) => partsOf(resources.lookup(kind), nested, seen));
  const glyphs = valuesOf(asDict(resources.lookup(category.Font))).filter(isPainter);
  const masks = valuesOf(asDict(resources.lookup(category.ExtGState))).flatMap((state) =>
    paintersIn(category.ExtGState, state),
  );
  const palettes = valuesOf(asDict(resources.lookup(category.ColorSpace))).map((space) =>
    space instanceof PDFArray && space.lookup(0) === indexed ? space.lookup(3) : undefined,
  );
  return [...named, ...glyphs, ...masks, ...palettes.filter((palette) => palette instanceof PDFStream)];
}

/** Dictionaries, arrays and streams in a value: a shading's function is what is shared, where it is itself none. */
function partsOf(value: PDFObject | undefined, depth: number, seen: Set<PDFObject>): PDFObject[] {
  if (!value || seen.has(value)) return [];
  if (value instanceof PDFStream) return [value];
  const isArray = value instanceof PDFArray;
  if ((!isArray && !(value instanceof PDFDict)) || depth === 0) return [];
  seen.add(value);
  const inside = isArray ? value.asArray().map((_, index) => value.lookup(index)) : valuesOf(value);
  return [value, ...inside.flatMap((part) => partsOf(part, depth - 1, seen))];
}

/** A category has shading patterns, that have shadings, that have lists of functions. */
const nested = 4;
const indexed = PDFName.of('Indexed');
