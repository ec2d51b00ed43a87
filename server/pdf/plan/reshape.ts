import type { BoundStep } from '../model/step.ts';
import type { PageTask } from '../model/document.ts';
import type { PageView } from '../model/page.ts';

/** What a page looks like after these tasks; the very same view where none of them changes it. */
export function reshape(view: PageView, tasks: readonly PageTask[], calls: readonly BoundStep[]): PageView {
  return tasks.reduce((seen, task) => {
    const { step, options } = calls[task.step]!;
    return step.shape?.(seen, options, task) ?? seen;
  }, view);
}
