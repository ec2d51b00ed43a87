import assert from 'node:assert/strict';
import { Client } from './client.ts';

/** As much of a browser as it takes to sign in: it keeps cookies by path, and follows redirects when it is asked to. */
export class Visitor {
  /** One who has signed in. */
  static async signedIn(server: string, name: string): Promise<Visitor> {
    const visitor = new Visitor();
    await visitor.signIn(server, { name });
    return visitor;
  }

  /** `name` to its value and the path below which it is sent. All servers of a test are one host. */
  readonly cookies = new Map<string, { value: string; path: string }>();

  async fetch(url: string | URL, init: RequestInit = {}): Promise<Response> {
    const { pathname } = new URL(url);
    const sent = [...this.cookies].filter(([, { path }]) => pathname.startsWith(path));
    const headers = new Headers(init.headers);
    if (sent.length > 0)
      headers.set('cookie', sent.map(([name, { value }]) => `${name}=${value}`).join('; '));
    const response = await fetch(url, { ...init, headers, redirect: 'manual' });
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      const path = /;\s*path=([^;]+)/i.exec(line)?.[1] ?? '/';
      if (value === '') this.cookies.delete(name);
      else this.cookies.set(name, { value, path });
    }
    return response;
  }

  /** To the issuer and to the point where it sends the browser back: that address. */
  async goToIssuer(server: string, { to = '/', name = 'alice' } = {}): Promise<string> {
    let response = await this.fetch(`${server}/auth/login?to=${encodeURIComponent(to)}`);
    for (let at = `${server}/auth/login`; ;) {
      const location = response.headers.get('location');
      assert.ok(location, `${response.status} at ${at}: ${await response.text()}`);
      at = new URL(location, at).href;
      if (at.startsWith(server)) return at;
      const isAsked = at.includes('/interaction/');
      response = await this.fetch(at, isAsked ? answer({ name }) : {});
    }
  }

  /** Signs in; where the server sends the browser at last. */
  async signIn(server: string, options: { to?: string; name?: string } = {}): Promise<string> {
    const response = await this.fetch(await this.goToIssuer(server, options));
    assert.equal(response.status, 303, await response.text());
    return response.headers.get('location') ?? '';
  }

  /** What a page of the server asks for. @param guest whose jobs and files are taken along */
  post(server: string, path: string, { guest, origin = server }: { guest?: Client; origin?: string } = {}) {
    return this.fetch(server + path, { method: 'POST', headers: { origin, ...guest?.headers } });
  }

  /** A program with the token that the session gives. */
  async client(server: string, guest?: Client): Promise<Client> {
    const response = await this.post(server, '/auth/token', guest && { guest });
    assert.equal(response.status, 201, await response.clone().text());
    return new Client(server, ((await response.json()) as { token: string }).token);
  }
}

function answer(fields: Record<string, string>): RequestInit {
  return { method: 'POST', body: new URLSearchParams(fields) };
}
