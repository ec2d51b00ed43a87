import type { VirtualPage } from '../model/document.ts';
import type { PageView } from '../model/page.ts';
import type { Size } from './paper-size.ts';

/**
 * An empty page beside another: as large as that looks by now, or of a size of its own. It has no tasks: what was to be
 * done to the pages before is not for it.
 */
export function blankBeside({ source, page, view, blank }: VirtualPage, size?: Size): VirtualPage {
  const own = size ? viewOfSize(size) : (view ?? blank?.view);
  return { source, page, tasks: [], blank: { view: own } };
}

function viewOfSize([width, height]: Size): PageView {
  const box = [0, 0, width, height] as const;
  return { box, sheet: box, rotate: 0, unit: 1 };
}
