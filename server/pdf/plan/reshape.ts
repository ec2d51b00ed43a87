import type { PageTask, PageView, StepCall } from '../model/step.ts';
import { steps } from '../registry.ts';

/** What a page looks like after these tasks; the very same view where none of them changes it. */
export function reshape(view: PageView, tasks: readonly PageTask[], calls: readonly StepCall[]): PageView {
  return tasks.reduce((seen, task) => {
    const { name, options } = calls[task.step]!;
    return steps.find((step) => step.name === name)?.shape?.(seen, options, task) ?? seen;
  }, view);
}
