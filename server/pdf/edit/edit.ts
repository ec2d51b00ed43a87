import { PDFName } from 'pdf-lib';
import type { EditedDocument } from '../model/edited.ts';
import type { PagePatch, Pictures } from '../model/page.ts';
import type { Source } from '../source/load.ts';
import { openDraft } from './draft.ts';
import { identifier } from './identifier.ts';
import { Overlay } from './overlay.ts';

/**
 * A source whose pages all stay, with what is to be done to them.
 * @param patches one for each page
 * @param pictures that the patches draw
 * @param seed of what makes the result's own names and identifier
 */
export function edit(
  source: Source,
  patches: readonly PagePatch[],
  pictures: Pictures,
  seed: string,
): EditedDocument {
  const edited = untouched(source, seed);
  const overlay = new Overlay(edited.draft, pictures, seed);
  for (const [index, { ref, inherited }] of source.pages.entries()) {
    const patch = patches[index] ?? {};
    if (Object.keys(patch).length === 0) continue;
    overlay.apply(edited.draft.edit(ref), patch, inherited.get(PDFName.Resources));
  }
  overlay.end();
  return edited;
}

/** A source before its first change. @param draft of its objects, where some are other ones already */
export function untouched(
  { context, xref, trailer, bytes, facts }: Source,
  seed: string,
  draft = openDraft(context, xref?.size),
): EditedDocument {
  const own = identifier(seed);
  const version = /%PDF-(1\.\d)/.exec(bytes.toString('latin1', 0, 1024))?.[1] ?? '1.7';
  return {
    draft,
    root: trailer.root,
    info: trailer.info,
    id: [trailer.id ?? own, own],
    version,
    objectStreams: !facts.pdfA?.startsWith('1'),
    signed: facts.signatures > 0,
    anew: !facts.clean,
    warnings: [],
    notes: [],
  };
}
