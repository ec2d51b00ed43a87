import { PDFArray, PDFDict, PDFName, PDFStream } from 'pdf-lib';
import type { PDFObject } from 'pdf-lib';
import type { Source } from '../load.ts';
import { arrayAt, asDict, dictAt, dictsIn, nameAt, streamAt, valuesOf } from '../objects.ts';
import type { SourcePage } from '../page-tree.ts';
import { contentStreams } from './page-content.ts';
import { category, ResourceNames } from './resource-names.ts';

/** Whatever has content, and may have resources for it: a page, a form, a tiling pattern, a Type 3 font. */
export type Painter = SourcePage | PDFStream | PDFDict;

/** Whether an object of a document is a painter; a page is one by its place alone. */
export function isPainter(object: PDFObject | undefined): object is PDFStream | PDFDict {
  if (object instanceof PDFStream)
    return nameAt(object.dict, 'Subtype') === 'Form' || object.dict.has(patternType);
  return object instanceof PDFDict && nameAt(object, 'Subtype') === 'Type3';
}

/** As they stand there, by reference or not. */
export function resourcesOf(painter: Painter): PDFObject | undefined {
  if ('node' in painter)
    return painter.node.get(PDFName.Resources) ?? painter.inherited.get(PDFName.Resources);
  return (painter instanceof PDFStream ? painter.dict : painter).get(PDFName.Resources);
}

/** The streams that a painter's content is in: one by one, but for a page, whose are read as one. */
export function contentsOf(painter: Painter, { context }: Source): PDFStream[] {
  if ('node' in painter)
    return contentStreams(painter.node.get(PDFName.Contents), (value) => context.lookup(value));
  if (painter instanceof PDFStream) return [painter];
  return valuesOf(dictAt(painter, 'CharProcs')).filter((glyph) => glyph instanceof PDFStream);
}

/** What is drawn on a page beside its content. */
export function appearancesOf(painter: Painter): PDFStream[] {
  return 'node' in painter ? looksOf(dictsIn(arrayAt(painter.node, 'Annots'))) : [];
}

/** How annotations look, in each of their states (12.5.5). */
export function looksOf(annotations: readonly PDFDict[]): PDFStream[] {
  return annotations.flatMap((annotation) => {
    const looks = valuesOf(asDict(annotation.lookup(appearance)));
    const states = looks.flatMap((look) => (look instanceof PDFDict ? valuesOf(look) : [look]));
    return states.filter((look) => look instanceof PDFStream);
  });
}

/** The painters that content draws by drawing with a resource. */
export function paintersIn(kind: PDFName, resource: PDFObject): (PDFStream | PDFDict)[] {
  const dict = asDict(resource);
  const state = kind === category.ExtGState ? dict : dictAt(dict, 'ExtGState');
  const mask = streamAt(dictAt(state, 'SMask'), 'G');
  const font = arrayAt(state, 'Font')?.lookup(0);
  return [resource, mask, font].filter(isPainter);
}

/** Colour spaces that a resource (an image, a shading, another colour space) names instead of having them itself. */
export function colorSpacesIn(kind: PDFName, resource: PDFObject): ResourceNames {
  const names = new ResourceNames();
  const dict = resource instanceof PDFStream ? resource.dict : asDict(resource);
  const spaces =
    kind === category.ColorSpace
      ? [resource]
      : [dict, dictAt(dict, 'Shading')].map((holder) => holder?.lookup(category.ColorSpace));
  for (const space of spaces) {
    const parts = space instanceof PDFArray ? space.asArray() : [space];
    for (const part of parts) if (part instanceof PDFName) names.add(category.ColorSpace, part);
  }
  return names;
}

const appearance = PDFName.of('AP');
const patternType = PDFName.of('PatternType');
