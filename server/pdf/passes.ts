import type { OpenPass } from './pass.ts';
import { openPagePass } from './page-pass.ts';
import type { StepCall, Transform } from './step.ts';
import { steps } from './steps.ts';

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

/** Whether a slot must be allowed to load native code. */
export function needsAddons(calls: readonly StepCall[]): boolean {
  return calls.some((call) => steps.find(({ name }) => name === call.name)?.addons);
}

/** What opens the pass that these steps share. */
export async function passFor(calls: readonly StepCall[]): Promise<OpenPass> {
  return (await transformOf(calls)?.load()) ?? openPagePass;
}

/** Expected milliseconds of a pass that cannot be opened yet: until it is open, and from then on. */
export function estimatePass(calls: readonly StepCall[], pages: number): { load: number; rest: number } {
  return {
    load: 10 + pages * msPerLoadedPage,
    rest: pages * (transformOf(calls)?.msPerPage ?? msPerPatchedPage),
  };
}

const msPerLoadedPage = 0.1;

/** Writing included. */
const msPerPatchedPage = 0.2;
