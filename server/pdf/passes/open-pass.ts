import { transformOf } from './plan-passes.ts';
import type { BoundStep, OpenPass } from '../model/step.ts';

/** Whether a slot must be allowed to load native code. */
export function needsAddons(calls: readonly BoundStep[]): boolean {
  return calls.some(({ step }) => step.addons);
}

/** What opens the pass that these steps share; loaded where it runs, in slots, as the libraries are large. */
export async function passFor(calls: readonly BoundStep[]): Promise<OpenPass> {
  const transform = transformOf(calls);
  if (transform) return transform.load();
  const { openPagePass } = await import('./pages/page-pass.ts');
  return openPagePass;
}
