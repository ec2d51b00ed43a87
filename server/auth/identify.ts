import type { Issuers } from './issuers.ts';
import type { Revocations } from './revocations.ts';
import type { Tokens, Viewer } from './tokens.ts';

/**
 * Turns a bearer into who it is, by its kind: a token of ours, or of an issuer that is trusted.
 * @throws AppError UNAUTHENTICATED where it is not in order, or has been ended; ISSUER_UNAVAILABLE
 */
export type Identify = (bearer: string) => Promise<Viewer>;

export function createIdentify(options: {
  tokens: Tokens;
  issuers: Issuers;
  revocations: Revocations;
}): Identify {
  const { tokens, issuers, revocations } = options;
  return async (bearer) => {
    const issuer = issuers.named(bearer);
    const viewer = issuer ? await issuers.verify(bearer, issuer) : await tokens.verify(bearer);
    revocations.check(viewer);
    return viewer;
  };
}
