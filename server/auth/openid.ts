import * as openid from 'openid-client';
import type { SessionRow } from '../db/sign-in-tables.ts';
import type { Logger } from '../log.ts';

/** Who an issuer says has signed in. `name`: for people to read. */
export type Person = Pick<SessionRow, 'issuer' | 'subject' | 'name' | 'admin' | 'signOutUrl'>;

/** What a browser keeps while it is at the issuer. */
export interface Departure {
  state: string;
  nonce: string;
  verifier: string;
}

/** Why nobody has signed in: the issuer does not answer, the person would not, it took too long, it is not to be believed. */
export type SignInProblem = 'unavailable' | 'denied' | 'expired' | 'failed';

/** The issuer that people sign in with, over OpenID Connect: code flow with PKCE, state and nonce. */
export interface OpenId {
  /** As people know it. */
  name: string;
  /** @param callback the address that the issuer sends the browser back to */
  depart(callback: URL): Promise<SignInProblem | { url: URL; departure: Departure }>;
  /** @param arrival the address that the browser came back to */
  arrive(arrival: URL, departure: Departure): Promise<SignInProblem | Person>;
  /** Says in the log whether the issuer can be reached. */
  check(): Promise<void>;
}

export function createOpenId(
  options: {
    issuer: string;
    clientId: string;
    clientSecret: string | undefined;
    scopes: string;
    /** A claim and its value. */
    admins: readonly string[] | undefined;
  },
  log: Logger,
): OpenId {
  const { issuer, clientId, clientSecret, scopes, admins } = options;
  const url = new URL(issuer);
  const isOpen = url.protocol === 'http:';

  /** Each time anew, as an issuer's addresses and keys may be others tomorrow. */
  function discover(): Promise<openid.Configuration> {
    const execute = [openid.enableNonRepudiationChecks, ...(isOpen ? [openid.allowInsecureRequests] : [])];
    return openid.discovery(url, clientId, undefined, authenticate, { execute, timeout: patienceSeconds });
  }

  /** As the issuer takes it; all have to take the first (RFC 6749, 2.3.1), some only the other. */
  const authenticate: openid.ClientAuth = (server, ...rest) => {
    const methods = server.token_endpoint_auth_methods_supported ?? ['client_secret_basic'];
    if (!clientSecret) openid.None()(server, ...rest);
    else if (methods.includes('client_secret_basic')) openid.ClientSecretBasic(clientSecret)(server, ...rest);
    else openid.ClientSecretPost(clientSecret)(server, ...rest);
  };

  async function reach(): Promise<openid.Configuration | undefined> {
    try {
      return await discover();
    } catch (error) {
      log.error({ issuer, reason: reasonOf(error) }, 'OIDC_ISSUER cannot be used: nobody can sign in');
      return undefined;
    }
  }

  return {
    name: url.host,

    async depart(callback) {
      const server = await reach();
      if (!server) return 'unavailable';
      const departure = {
        state: openid.randomState(),
        nonce: openid.randomNonce(),
        verifier: openid.randomPKCECodeVerifier(),
      };
      const { state, nonce, verifier } = departure;
      const destination = openid.buildAuthorizationUrl(server, {
        redirect_uri: callback.href,
        scope: scopes,
        state,
        nonce,
        code_challenge: await openid.calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
      });
      return { url: destination, departure };
    },

    async arrive(arrival, { state, nonce, verifier }) {
      if (arrival.searchParams.get('state') !== state) return 'expired';
      const server = await reach();
      if (!server) return 'unavailable';
      try {
        const answer = await openid.authorizationCodeGrant(server, arrival, {
          expectedState: state,
          expectedNonce: nonce,
          pkceCodeVerifier: verifier,
        });
        const { iss, sub, ...told } = answer.claims()!;
        // Many tell a name and groups only when asked.
        const more = server.serverMetadata().userinfo_endpoint
          ? await openid.fetchUserInfo(server, answer.access_token, sub)
          : {};
        const claims = { ...told, ...more };
        const backTo = new URL('/', arrival).href;
        return {
          issuer: iss,
          subject: sub,
          name: nameIn(claims),
          admin: admins !== undefined && has(claims, admins),
          signOutUrl: server.serverMetadata().end_session_endpoint
            ? openid.buildEndSessionUrl(server, {
                id_token_hint: answer.id_token!,
                post_logout_redirect_uri: backTo,
              }).href
            : null,
        };
      } catch (error) {
        const problem = problemOf(error);
        if (problem !== 'denied')
          log.warn({ issuer, problem, reason: reasonOf(error) }, 'a sign-in has failed');
        return problem;
      }
    },

    async check() {
      if (isOpen)
        log.warn({ issuer }, 'OIDC_ISSUER is http: whoever is between it and us can sign in as anybody');
      if (await reach()) log.info({ issuer }, 'people can sign in');
    },
  };
}

const patienceSeconds = 10;

function problemOf(error: unknown): SignInProblem {
  if (error instanceof openid.AuthorizationResponseError)
    return error.error === 'access_denied' ? 'denied' : 'failed';
  // A code that is used up or too old.
  if (error instanceof openid.ResponseBodyError)
    return error.error === 'invalid_grant' ? 'expired' : 'failed';
  const isSilent = error instanceof openid.ClientError && error.code === 'OAUTH_TIMEOUT';
  return isSilent || error instanceof TypeError ? 'unavailable' : 'failed';
}

/** Messages alone: what hangs on these errors are claims and codes of people. */
function reasonOf(error: unknown): string {
  const { message, cause } = error as Error;
  return cause instanceof Error ? `${message}: ${reasonOf(cause)}` : message;
}

function nameIn(claims: Record<string, unknown>): string | null {
  const names = ['name', 'preferred_username', 'email'].map((claim) => claims[claim]);
  const name = names.find((one): one is string => typeof one === 'string' && one !== '');
  return name?.slice(0, 100) ?? null;
}

/** Claims as groups and roles are lists, others one value. */
function has(claims: Record<string, unknown>, [claim = '', value]: readonly string[]): boolean {
  return [claims[claim]].flat().includes(value);
}
