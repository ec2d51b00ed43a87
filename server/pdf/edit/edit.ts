import type { PDFRef } from 'pdf-lib';
import { PDFName } from 'pdf-lib';
import { applyMetadata } from './apply-metadata.ts';
import { Draft } from './draft.ts';
import type { Source } from '../source/load.ts';
import { identifier } from './identifier.ts';
import type { Fixed } from './identifier.ts';
import { type Ink, Overlay } from './overlay.ts';
import type { OptionValues, PagePatch } from '../model/step.ts';

/** A source with its changes, not yet written. */
export interface Edited {
  source: Source;
  draft: Draft;
  info: PDFRef | undefined;
  /** The file's identifier: what it was born as, and this version. */
  id: readonly [string, string];
}

/**
 * A source whose pages all stay, with what is to be done to them.
 * @param patches one for each page
 * @param metadata options of the `metadata` steps, in order
 * @param ink what the patches draw with
 */
export function edit(
  source: Source,
  patches: readonly PagePatch[],
  metadata: readonly OptionValues[],
  ink: Ink,
  fixed: Fixed,
): Edited {
  const draft = new Draft(source.context, source.xref?.size);
  const overlay = new Overlay(draft, ink, fixed.id);
  for (const [index, { ref, inherited }] of source.pages.entries()) {
    const patch = patches[index] ?? {};
    if (Object.keys(patch).length === 0) continue;
    overlay.apply(draft.edit(ref), patch, inherited.get(PDFName.Resources));
  }
  let { info } = source.trailer;
  const own = identifier(fixed.id);
  let born = source.trailer.id ?? own;
  for (const options of metadata) {
    if (options.strip) {
      info = undefined;
      born = own;
      draft.edit(source.trailer.root).delete(PDFName.of('Metadata'));
    }
    if (!options.strip || says(options))
      info = applyMetadata(draft, source.trailer.root, info, options, fixed.date);
  }
  return { source, draft, info, id: [born, own] };
}

/** Whether there is anything to set beside removing the rest. */
export function says(options: OptionValues): boolean {
  return Object.keys(options).some((key) => key !== 'strip');
}
