import type { VirtualPage } from '../model/document.ts';

/**
 * An empty page beside another, as large as that looks by now. It has no tasks: what was to be done to the pages before
 * is not for it.
 */
export function blankBeside({ source, page, view, blank }: VirtualPage): VirtualPage {
  return { source, page, tasks: [], blank: { view: view ?? blank?.view } };
}
