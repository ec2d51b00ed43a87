/** What a connection needs of a session: here, or in a worker that has to ask a page for it. */
export interface Tokens {
  /** The token to send now; never throws. */
  token(): Promise<string | undefined>;
  /** The server did not accept this token. */
  refuse(token: string | undefined): void;
}

/** `fetch` with the token; once more with another where the server refuses it (401). */
export async function fetchWith(
  tokens: Tokens,
  input: RequestInfo | URL,
  init?: RequestInit,
): Promise<Response> {
  const first = await tokens.token();
  const response = await fetch(input, withToken(init, first));
  if (response.status !== 401) return response;
  tokens.refuse(first);
  const second = await tokens.token();
  return second && second !== first ? fetch(input, withToken(init, second)) : response;
}

export function withToken(init: RequestInit | undefined, token: string | undefined): RequestInit {
  const headers = new Headers(init?.headers);
  if (token) headers.set('authorization', `Bearer ${token}`);
  return { ...init, headers };
}

/** What a token says of itself; only the server can tell whether it is true. `exp` in milliseconds since 1970. */
export function claimsOf(
  token: string | undefined,
): { sub: string; name: string | undefined; exp: number } | undefined {
  try {
    const part = token?.split('.')[1] ?? '';
    const bytes = Uint8Array.from(atob(part.replaceAll('-', '+').replaceAll('_', '/')), (c) =>
      c.charCodeAt(0),
    );
    const { sub, name, exp } = JSON.parse(new TextDecoder().decode(bytes)) as {
      sub: string;
      name?: string;
      exp: number;
    };
    return { sub, name, exp: exp * 1_000 };
  } catch {
    return undefined;
  }
}
