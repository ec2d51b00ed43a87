import type { OpenPass } from '../model/pass.ts';
import { openPagePass } from './pages/page-pass.ts';
import { transformOf } from './plan-passes.ts';
import type { StepCall } from '../model/step.ts';
import { steps } from '../registry.ts';

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
