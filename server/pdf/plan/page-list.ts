import type {
  Attached,
  AttachedStep,
  PageList,
  PageSelection,
  PageTask,
  VirtualPage,
} from '../model/document.ts';

/**
 * Pages that are made when they are first asked for; what they are made from is let go of then.
 * @param attached where they are other pages with further tasks, until they are made
 */
export function pageList(length: number, make: () => readonly VirtualPage[], attached?: Attached): PageList {
  let pages: readonly VirtualPage[] | undefined;
  let pending: { make: typeof make; attached: Attached | undefined } | undefined = { make, attached };
  return {
    length,
    get attached() {
      return pending?.attached;
    },
    list() {
      if (pending) pages = pending.make();
      pending = undefined;
      return pages!;
    },
  };
}

/** Others in the order of a selection. */
export function pick(pages: PageList, selection: PageSelection): PageList {
  return pageList(selection.count, () => {
    const own = pages.list();
    return selection.list().map((index) => own[index]!);
  });
}

/** Others from `first` up to `end`. */
export function slice(pages: PageList, first: number, end: number): PageList {
  return pageList(end - first, () => pages.list().slice(first, end));
}

/**
 * Adds a step's task to those of the pages, or of a selection of them. Of steps that follow one another each page is
 * made once, with all their tasks, unless somebody lists the pages between them.
 */
export function attach(pages: PageList, step: AttachedStep): PageList {
  const { to, steps } = pages.attached ?? { to: pages, steps: [] };
  const attached = { to, steps: [...steps, step] };
  return pageList(pages.length, () => listAttached(attached), attached);
}

function listAttached({ to, steps }: Attached): VirtualPage[] {
  const total = to.length;
  const chosen = steps.map(({ step, selection, document }) => ({
    step,
    document,
    only: selection && new Set(selection.ascending().list()),
  }));
  return to.list().map((page, index) => {
    const added = chosen.filter(({ only }) => !only || only.has(index));
    if (added.length === 0) return page;
    const tasks = added.map(({ step, document }): PageTask => ({ step, n: index + 1, total, document }));
    return { ...page, tasks: [...page.tasks, ...tasks] };
  });
}
