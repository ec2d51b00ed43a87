import type { StepCall } from '../pdf/model/step.ts';
import { stepOf } from '../pdf/registry.ts';

/** An upload that a step draws, and where the step names it. */
export interface Asset {
  /** As the client gave it. */
  id: string;
  field: readonly string[];
}

/** The files that options of type FILE name, each once, in order. */
export function assetsOf(calls: readonly StepCall[]): Asset[] {
  const assets = new Map<string, Asset>();
  for (const [index, call] of calls.entries()) {
    const { name, options } = call;
    for (const [key, { type }] of Object.entries(stepOf(call).options)) {
      const id = options[key];
      if (type === 'FILE' && typeof id === 'string' && !assets.has(id))
        assets.set(id, { id, field: [String(index), name, key] });
    }
  }
  return [...assets.values()];
}
