import { createHmac } from 'node:crypto';
import { decodeProtectedHeader, errors, type JWTPayload, jwtVerify, SignJWT } from 'jose';
import type { SessionRow } from '../db/sign-in-tables.ts';
import { AppError } from '../errors.ts';
import { newId } from '../id.ts';
import type { Claimant } from '../owner.ts';
import { keysOf } from './keys.ts';

/** Who asks, and until when we may believe it. */
export interface Viewer extends Claimant {
  name: string | undefined;
  guest: boolean;
  /** In which the token was given; undefined where in none. */
  session: string | undefined;
  /** Milliseconds since 1970; 0 where the token does not say. */
  issuedAt: number;
  /** Milliseconds since 1970. */
  expiresAt: number;
}

export interface Tokens {
  /** @param lifetime seconds */
  sign(claims: Claims, lifetime: number): Promise<{ token: string; expiresAt: Date }>;
  /** Some minutes in a session. */
  ofSession(session: SessionRow): Promise<{ token: string; expiresAt: Date }>;
  /** A new guest, or the same again with a later end. @param network that it comes from; only a keyed hash is kept */
  guest(present: Viewer | undefined, network: string): Promise<{ token: string; expiresAt: Date }>;
  /** @throws AppError UNAUTHENTICATED for any token that is not in order, without saying more than a client needs. */
  verify(token: string): Promise<Viewer>;
}

interface Claims {
  subject: string;
  name?: string | null | undefined;
  guest?: boolean;
  network?: string;
  session?: Pick<SessionRow, 'id' | 'issuer' | 'admin'>;
}

/** Our own tokens. @param options.secrets the first signs, all verify */
export function createTokens(options: {
  secrets: readonly string[];
  issuer: string;
  audience: string;
}): Tokens {
  const { issuer, audience } = options;
  const keys = keysOf(options.secrets);
  const [signer] = keys;

  /** @throws what jose throws */
  async function read(token: string): Promise<JWTPayload> {
    const { kid, typ } = decodeProtectedHeader(token);
    // Signed by whoever else has the secret, or by an older version, which named no key.
    if (typ !== undefined && typ !== tokenType && typ.toUpperCase() !== 'JWT')
      throw new errors.JWTInvalid('another type');
    let failure: unknown = new errors.JWKSNoMatchingKey();
    for (const key of keys.filter(({ id }) => kid === undefined || kid === id))
      try {
        const { payload } = await jwtVerify(token, key.secret, {
          issuer,
          audience,
          algorithms: [algorithm],
          clockTolerance: clockSkew,
          requiredClaims: ['sub', 'exp'],
        });
        return payload;
      } catch (error) {
        failure = error;
        if (!(error instanceof errors.JWSSignatureVerificationFailed)) break;
      }
    throw failure;
  }

  async function sign({ subject, name, guest, network, session }: Claims, lifetime: number) {
    // To the millisecond (RFC 7519, section 2): what is given after others were ended may be of the same second.
    const now = Date.now() / 1_000;
    const ofSession = session && { idp: session.issuer, sid: session.id, admin: session.admin || undefined };
    const token = await new SignJWT({ name: name ?? undefined, guest, network, ...ofSession })
      .setProtectedHeader({ alg: algorithm, typ: tokenType, kid: signer.id })
      .setIssuer(issuer)
      .setAudience(audience)
      .setSubject(subject)
      .setIssuedAt(now)
      .setExpirationTime(Math.floor(now) + lifetime)
      .sign(signer.secret);
    return { token, expiresAt: new Date((Math.floor(now) + lifetime) * 1_000) };
  }

  return {
    sign,
    ofSession: (session) =>
      sign({ subject: session.subject, name: session.name, session }, sessionTokenLifetime),
    guest: (present, network) =>
      sign(
        {
          subject: present?.guest ? present.subject : `guest-${newId()}`,
          guest: true,
          network: createHmac('sha256', signer.secret)
            .update(`network ${network}`)
            .digest('base64url')
            .slice(0, 22),
        },
        guestLifetime,
      ),
    async verify(token) {
      try {
        const payload = await read(token);
        if (!payload.sub || typeof payload.exp !== 'number') throw new errors.JWTInvalid('no subject');
        return {
          // We sign, and another vouches: whose somebody is follows from who knows them.
          issuer: typeof payload.idp === 'string' ? payload.idp : issuer,
          subject: payload.sub,
          name: typeof payload.name === 'string' ? payload.name : undefined,
          guest: payload.guest === true,
          session: typeof payload.sid === 'string' ? payload.sid : undefined,
          network: typeof payload.network === 'string' ? payload.network : undefined,
          issuedAt: (payload.iat ?? 0) * 1_000,
          expiresAt: (payload.exp + clockSkew) * 1_000,
        };
      } catch (error) {
        throw notValid(error);
      }
    },
  };
}

/** What is said of a token that is not in order: no more than a client needs. */
export function notValid(cause: unknown): AppError {
  const expired = cause instanceof errors.JWTExpired;
  return new AppError(
    'UNAUTHENTICATED',
    expired ? 'Your token has expired. Get a new one.' : 'This token is not valid here.',
    { cause },
  );
}

/** The token of an `Authorization` header (RFC 6750, section 2.1); undefined where there is none. */
export function bearer(header: string | null | undefined): string | undefined {
  if (!header) return undefined;
  const [, token] = /^Bearer +(\S+)$/i.exec(header.trim()) ?? [];
  if (!token) throw new AppError('UNAUTHENTICATED', 'The Authorization header must be "Bearer" and a token.');
  return token;
}

/** Seconds. Whoever has a session gets the next one in time. */
export const sessionTokenLifetime = 15 * 60;
const algorithm = 'HS256';
/** So that no other JWT that one of the secrets may sign passes for a token (RFC 8725, 3.11). */
const tokenType = 'octavo+jwt';
/** 30 days: longer than files are kept. */
const guestLifetime = 30 * 86_400;
/** Seconds that two machines' clocks may differ. */
const clockSkew = 5;
