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
