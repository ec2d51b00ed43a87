import {
  createRemoteJWKSet,
  decodeJwt,
  errors,
  type JWTPayload,
  type JWTVerifyGetKey,
  jwtVerify,
} from 'jose';
import { z } from 'zod';
import { AppError } from '../errors.ts';
import type { Logger } from '../log.ts';
import { notValid, type Viewer } from './tokens.ts';

/** Others who may vouch for viewers: what they sign for our audience is believed. */
export interface Issuers {
  /** Which of them a token says it is of; undefined where of none. Nothing is proven by that. */
  named(token: string): string | undefined;
  /** @throws AppError UNAUTHENTICATED; ISSUER_UNAVAILABLE where it cannot be asked for its keys */
  verify(token: string, issuer: string): Promise<Viewer>;
  /** Says in the log which of them cannot be reached. */
  check(): Promise<void>;
}

export function createIssuers(issuers: readonly string[], audience: string, log: Logger): Issuers {
  const keys = new Map(issuers.map((issuer) => [issuer, keysOf(issuer)]));

  async function read(token: string, issuer: string): Promise<JWTPayload> {
    try {
      const { payload, protectedHeader } = await jwtVerify(token, await keys.get(issuer)!(), {
        issuer,
        audience,
        algorithms,
        clockTolerance: clockSkew,
        requiredClaims: ['sub', 'exp'],
      });
      // Whatever else an issuer signs, as the order to end a session, is no token (RFC 8725, 3.11).
      if (!/^(application\/)?(at\+)?jwt$/i.test(protectedHeader.typ ?? 'jwt'))
        throw new errors.JWTInvalid('another type');
      return payload;
    } catch (error) {
      if (error instanceof errors.JOSEError && !isSilence(error)) throw notValid(error);
      log.warn({ issuer, reason: (error as Error).message }, 'a trusted issuer does not answer');
      throw new AppError(
        'ISSUER_UNAVAILABLE',
        'The issuer of this token does not answer, so it cannot be checked. Try again in a while.',
        { cause: error },
      );
    }
  }

  return {
    named(token) {
      try {
        const { iss } = decodeJwt(token);
        return iss !== undefined && keys.has(iss) ? iss : undefined;
      } catch {
        return undefined;
      }
    },

    async verify(token, issuer) {
      const { sub, name, iat = 0, exp = 0 } = await read(token, issuer);
      if (!sub) throw notValid(new errors.JWTInvalid('no subject'));
      return {
        issuer,
        subject: sub,
        name: typeof name === 'string' ? name : undefined,
        guest: false,
        session: undefined,
        issuedAt: iat * 1_000,
        expiresAt: (exp + clockSkew) * 1_000,
      };
    },

    async check() {
      for (const [issuer, find] of keys)
        await find().then(
          () => log.info({ issuer }, 'tokens of this issuer are believed'),
          ({ message }: Error) => log.error({ issuer, reason: message }, 'a trusted issuer does not answer'),
        );
    },
  };
}

/**
 * Where an issuer's keys are it says itself (OpenID Connect Discovery, 4), when the first of its tokens comes. Keys are
 * kept for ten minutes; for one that is not among them they are asked for again, at most every few seconds.
 */
function keysOf(issuer: string): () => Promise<JWTVerifyGetKey> {
  let found: Promise<JWTVerifyGetKey> | undefined;

  async function discover() {
    const response = await fetch(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`, {
      redirect: 'error',
      signal: AbortSignal.timeout(patienceMs),
    });
    const metadata = z.object({ issuer: z.literal(issuer), jwks_uri: z.url() }).parse(await response.json());
    return createRemoteJWKSet(new URL(metadata.jwks_uri), {
      cooldownDuration: againMs,
      timeoutDuration: patienceMs,
    });
  }

  return () => {
    if (!found) {
      found = discover();
      // All who come meanwhile hear the same, and nobody makes us ask again and again.
      found.catch(() => setTimeout(() => (found = undefined), againMs).unref());
    }
    return found;
  };
}

/** Of jose's errors those that tell of the way to the keys, and not of the token. */
function isSilence({ code }: errors.JOSEError): boolean {
  return code === errors.JWKSTimeout.code || code === errors.JWKSInvalid.code || code === 'ERR_JOSE_GENERIC';
}

/** Those with a public key: whoever can verify cannot sign. */
const algorithms = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
];
/** Seconds that their clocks may differ from ours. */
const clockSkew = 60;
const patienceMs = 5_000;
const againMs = 5_000;
