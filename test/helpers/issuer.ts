import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import {
  decodeJwt,
  exportJWK,
  generateKeyPair,
  type JWTHeaderParameters,
  type JWTPayload,
  SignJWT,
} from 'jose';
import { Provider } from 'oidc-provider';
import { newId } from '../../server/id.ts';

/** An issuer that people sign in with, on loopback. Whoever says a name there is that person. */
export interface Issuer extends AsyncDisposable {
  url: string;
  /** As the server has to be told. */
  env: Record<string, string>;
  /** Lets these servers send people here. */
  expect(...servers: string[]): Promise<void>;
  /** Signs with a new key from now on, and knows the old one no more. */
  rotate(): Promise<void>;
  /** Refuses connections until it is started again. */
  stop(): Promise<void>;
  start(): Promise<void>;
  /** A JWT signed with its key. */
  sign(claims: JWTPayload, header?: Partial<JWTHeaderParameters>): Promise<string>;
  /** Makes another ID token of the one that it would give. */
  spoil(idToken: ((claims: JWTPayload) => Promise<string>) | undefined): void;
}

export async function startIssuer(
  client: { secret?: string } = { secret: 'what the issuer knows' },
): Promise<Issuer> {
  let server: Server;
  let port = 0;
  let url = '';
  let servers: string[] = [];
  let key = await newKey();
  let provider: Provider | undefined;
  let spoiled: ((claims: JWTPayload) => Promise<string>) | undefined;

  async function start() {
    server = createServer((request, response) => void answer(request, response));
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    port = (server.address() as AddressInfo).port;
    url = `http://127.0.0.1:${port}`;
  }

  async function stop() {
    server.closeAllConnections();
    await new Promise((done) => server.close(done));
  }

  function build() {
    provider = new Provider(url, {
      clients: [
        {
          client_id: 'octavo',
          ...(client.secret
            ? { client_secret: client.secret }
            : { token_endpoint_auth_method: 'none' as const }),
          redirect_uris: servers.map((one) => `${one}/auth/callback`),
          post_logout_redirect_uris: servers.map((one) => `${one}/`),
        },
      ],
      jwks: { keys: [key.jwk] },
      cookies: { keys: ['a key for the cookies of tests'] },
      scopes: ['openid', 'profile', 'email', 'groups'],
      claims: { openid: ['sub'], profile: ['name'], email: ['email'], groups: ['groups'] },
      features: {
        devInteractions: { enabled: false },
        rpInitiatedLogout: {
          logoutSource(context, form) {
            context.body = `<!doctype html><title>Issuer</title>${form}
              <button form="op.logoutForm" name="logout" value="yes">Sign out here too</button>`;
          },
        },
      },
      interactions: { url: (_, { uid }) => `/interaction/${uid}` },
      findAccount: (_, id) => ({
        accountId: id,
        claims: () => ({
          sub: id,
          name: `${id} of the team`,
          email: `${id}@example.com`,
          groups: [`${id}s`],
        }),
      }),
      // Nobody is asked what they agree to.
      async loadExistingGrant({ oidc }) {
        const grant = new oidc.provider.Grant({
          clientId: oidc.client!.clientId,
          accountId: oidc.session!.accountId!,
        });
        grant.addOIDCScope('openid profile email groups');
        await grant.save();
        return grant;
      },
    });
    provider.on('server_error', (_, error) => console.error(error));
  }

  async function answer(request: IncomingMessage, response: ServerResponse) {
    if (!provider) return response.writeHead(503).end();
    if (request.url?.startsWith('/interaction/')) return interact(provider, request, response);
    if (request.url === '/token' && spoiled) spoilAnswer(response, spoiled);
    await provider.callback()(request, response);
  }

  await start();
  return {
    url,
    env: {
      OIDC_ISSUER: url,
      OIDC_CLIENT_ID: 'octavo',
      ...(client.secret ? { OIDC_CLIENT_SECRET: client.secret } : {}),
    },
    async expect(...urls) {
      servers = urls;
      build();
    },
    async rotate() {
      key = await newKey();
      build();
    },
    stop,
    start,
    sign: (claims, header) =>
      new SignJWT(claims)
        .setProtectedHeader({ alg: 'RS256', kid: key.jwk.kid, ...header })
        .sign(key.privateKey),
    spoil: (idToken) => void (spoiled = idToken),
    async [Symbol.asyncDispose]() {
      if (server.listening) await stop();
    },
  };
}

async function newKey() {
  const { privateKey } = await generateKeyPair('RS256', { extractable: true });
  return { privateKey, jwk: { ...(await exportJWK(privateKey)), kid: newId(), alg: 'RS256', use: 'sig' } };
}

/** The page on which one says who one is. */
async function interact(provider: Provider, request: IncomingMessage, response: ServerResponse) {
  if (request.method === 'GET')
    return response.writeHead(200, { 'content-type': 'text/html' }).end(`<!doctype html><title>Issuer</title>
      <form method="post"><label>Name <input name="name"></label><button>Go on</button><button name="no" value="1">No</button></form>`);
  const said = new URLSearchParams(await text(request));
  const result = said.has('no')
    ? { error: 'access_denied', error_description: 'they would not' }
    : { login: { accountId: said.get('name') ?? '' } };
  await provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false });
}

function spoilAnswer(response: ServerResponse, spoiled: (claims: JWTPayload) => Promise<string>) {
  const end = response.end.bind(response);
  response.end = ((body: string) => {
    const answer = JSON.parse(body) as { id_token: string };
    void spoiled(decodeJwt(answer.id_token)).then((id_token) => {
      const text = JSON.stringify({ ...answer, id_token });
      response.setHeader('content-length', Buffer.byteLength(text));
      end(text);
    });
    return response;
  }) as typeof response.end;
}
