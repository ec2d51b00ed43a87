import type { StepCall, Transform } from '../model/step.ts';
import { steps } from '../registry.ts';

/**
 * Cuts a job's steps into passes: steps that need no more than pages and patches share one, a step that needs bytes or
 * pixels has one of its own, on what the passes before it have written.
 */
export function planPasses(calls: readonly StepCall[]): StepCall[][] {
  const passes: StepCall[][] = [];
  let open: StepCall[] | undefined;
  for (const call of calls) {
    if (transformOf([call])) {
      passes.push([call]);
      open = undefined;
    } else if (open) open.push(call);
    else passes.push((open = [call]));
  }
  return passes;
}

/** What a pass needs beside the documents; undefined where patches do. */
export function transformOf([first]: readonly StepCall[]): Transform | undefined {
  return steps.find(({ name }) => name === first?.name)?.transform;
}
