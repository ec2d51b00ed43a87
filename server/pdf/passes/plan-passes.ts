import type { BoundStep, Transform } from '../model/step.ts';

/**
 * Cuts a job's steps into passes: steps that need no more than pages and patches share one, a step that needs bytes or
 * pixels, or has to look at pages, has one of its own, on what the passes before it have written.
 */
export function planPasses(calls: readonly BoundStep[]): BoundStep[][] {
  const passes: BoundStep[][] = [];
  let open: BoundStep[] | undefined;
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
export function transformOf([first]: readonly BoundStep[]): Transform | undefined {
  return first && (first.step.transform ?? first.step.look?.(first.options));
}

/** Expected milliseconds of a pass that cannot be opened yet: until it is open, and from then on. */
export function estimatePass(calls: readonly BoundStep[], pages: number): { load: number; rest: number } {
  return {
    load: 10 + pages * msPerLoadedPage,
    rest: pages * (transformOf(calls)?.msPerPage ?? msPerPatchedPage),
  };
}

const msPerLoadedPage = 0.1;

/** Writing included. */
const msPerPatchedPage = 0.2;
