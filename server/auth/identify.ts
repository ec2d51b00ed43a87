import type { Revocations } from './revocations.ts';
import type { Tokens, Viewer } from './tokens.ts';

/** Turns a bearer into who it is. @throws AppError UNAUTHENTICATED where it is not in order, or has been ended */
export type Identify = (bearer: string) => Promise<Viewer>;

export function createIdentify({
  tokens,
  revocations,
}: {
  tokens: Tokens;
  revocations: Revocations;
}): Identify {
  return async (bearer) => {
    const viewer = await tokens.verify(bearer);
    revocations.check(viewer);
    return viewer;
  };
}
