import { PDFArray, PDFBool, PDFDict, PDFName, PDFNumber, PDFStream } from 'pdf-lib';
import type { PDFObject } from 'pdf-lib';
import { inherited, nameOfField } from './fields.ts';
import type { Source } from './load.ts';
import { arrayAt, dictAt, dictsIn, isText, nameAt, numberAt, textAt } from './objects.ts';
import type { SourcePage } from './page-tree.ts';
import { toBox } from './page-view.ts';
import type { Box } from '../model/page.ts';

/** An annotation that a viewer shows on a page, by what it shows. */
export interface ShownAnnotation {
  /** As `FreeText` or `Widget`. */
  subtype: string;
  /** The full name of the form field, of a widget. */
  field: string | undefined;
  /** Where, in the page's own coordinates. */
  rect: Box;
  /** The form that is drawn there, as a stream or a reference to one; undefined where viewers make one up of the text. */
  appearance: PDFObject | undefined;
  text: string;
}

/** Links show nothing, pop-ups only when they are opened. */
const silent = new Set(['Link', 'Popup']);
/** Bits of /F (ISO 32000-1, 12.5.3), and of a text field's /Ff. */
const hidden = 2;
const noView = 32;
const password = 1 << 13;

/** The annotations of a page that viewers show something of, if only the place where there may be something. */
export function visibleAnnotations({
  node,
}: SourcePage): { annotation: PDFDict; subtype: string; rect: Box }[] {
  return dictsIn(arrayAt(node, 'Annots')).flatMap((annotation) => {
    const subtype = nameAt(annotation, 'Subtype');
    const rect = toBox(annotation.lookup(PDFName.of('Rect')));
    const flags = numberAt(annotation, 'F') ?? 0;
    if (subtype === undefined || silent.has(subtype) || !rect || flags & (hidden | noView)) return [];
    return [{ annotation, subtype, rect }];
  });
}

/** The annotations of a page that have something to read, in the order in which they are drawn. */
export function shownAnnotations({ catalog }: Source, page: SourcePage): ShownAnnotation[] {
  const form = dictAt(catalog, 'AcroForm');
  const isStale = form?.lookup(PDFName.of('NeedAppearances')) === PDFBool.True;
  return visibleAnnotations(page).flatMap(({ annotation, subtype, rect }) => {
    const isWidget = subtype === 'Widget';
    const text =
      (isWidget ? valueOf(annotation) : subtype === 'FreeText' && textAt(annotation, 'Contents')) || '';
    const appearance = isWidget && isStale && text !== '' ? undefined : appearanceOf(annotation);
    if (!appearance && text === '') return [];
    return [{ subtype, field: isWidget ? nameOfField(annotation) : undefined, rect, appearance, text }];
  });
}

/** The normal appearance, where there are several that of the state. */
function appearanceOf(annotation: PDFDict): PDFObject | undefined {
  const appearances = dictAt(annotation, 'AP');
  const normal = appearances?.lookup(PDFName.of('N'));
  if (normal instanceof PDFStream) return appearances?.get(PDFName.of('N'));
  const state = annotation.lookup(PDFName.of('AS'));
  if (!(normal instanceof PDFDict) || !(state instanceof PDFName)) return undefined;
  return normal.lookup(state) instanceof PDFStream ? normal.get(state) : undefined;
}

/** What a text or choice field says. */
function valueOf(widget: PDFDict): string {
  const type = inherited(widget, 'FT');
  const flags = inherited(widget, 'Ff');
  if (type !== PDFName.of('Tx') && type !== PDFName.of('Ch')) return '';
  if (flags instanceof PDFNumber && flags.asNumber() & password && type === PDFName.of('Tx')) return '';
  const value = inherited(widget, 'V');
  const values = value instanceof PDFArray ? value.asArray().map((_, index) => value.lookup(index)) : [value];
  const names = optionsOf(widget);
  return values
    .flatMap((item) => (isText(item) ? [names.get(item.decodeText()) ?? item.decodeText()] : []))
    .join('\n');
}

/** What a choice shows for each value that is called something else. */
function optionsOf(widget: PDFDict): Map<string, string> {
  const options = inherited(widget, 'Opt');
  const names = new Map<string, string>();
  if (!(options instanceof PDFArray)) return names;
  for (const index of options.asArray().keys()) {
    const pair = options.lookup(index);
    if (!(pair instanceof PDFArray) || pair.size() !== 2) continue;
    const [value, name] = [pair.lookup(0), pair.lookup(1)];
    if (isText(value) && isText(name)) names.set(value.decodeText(), name.decodeText());
  }
  return names;
}
