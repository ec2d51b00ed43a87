/**
 * Who we are to the server. A visitor gets a guest's token of their own, kept in localStorage for all tabs and renewed
 * in good time; a pasted token takes its place, and is never replaced silently.
 */
export interface Session {
  /** The token to send now, renewed if need be. Never throws: while the server is away, the last known one. */
  token(): Promise<string | undefined>;
  /** `fetch` with that token; once more with a new one where the server refuses it (401). */
  fetch(input: RequestInfo | URL, init?: RequestInit): Promise<Response>;
  /** The server did not accept this token. */
  refuse(token: string | undefined): void;
  /** Takes a pasted token, or with `undefined` becomes a guest again. */
  replace(token: string | undefined): void;
  status(): SessionStatus;
  listen(changed: () => void): () => void;
}

/** `refused`: a pasted token that the server does not accept, or no guests here and no token yet. */
export type SessionStatus = 'guest' | 'own' | 'refused';

interface Identity {
  token: string;
  /** Milliseconds since 1970, for guests: when to ask for a later expiry. Own tokens are renewed by their owner. */
  renewAt?: number;
}

const key = 'octavo.session';
const hour = 3_600_000;

export function openSession(): Session {
  const listeners = new Set<() => void>();
  let pending: Promise<string | undefined> | undefined;
  let refused: string | undefined;
  let noGuests = false;

  const changed = () => listeners.forEach((listener) => listener());
  addEventListener('storage', (event) => event.key === key && changed());

  async function token(): Promise<string | undefined> {
    const identity = read();
    if (identity && identity.token !== refused && !isDue(identity)) return identity.token;
    if (identity && identity.renewAt === undefined) return identity.token;
    pending ??= renewAlone().finally(() => (pending = undefined));
    return pending;
  }

  /** Two tabs opened at once must not become two guests. Locks exist only where the origin is secure. */
  function renewAlone(): Promise<string | undefined> {
    return navigator.locks ? navigator.locks.request(key, renew) : renew();
  }

  async function renew(): Promise<string | undefined> {
    const identity = read();
    const usable = identity && identity.token !== refused ? identity : undefined;
    if (usable && !isDue(usable)) return usable.token;
    try {
      const answer = (await askForGuest(usable?.token)) ?? (await askForGuest());
      noGuests = !answer;
      if (answer) write(answer);
    } catch {
      // The server is away: whoever asked tries again by their own rules.
    }
    changed();
    return read()?.token;
  }

  const session: Session = {
    token,
    async fetch(input, init) {
      const first = await token();
      const response = await fetch(input, withToken(init, first));
      if (response.status !== 401) return response;
      session.refuse(first);
      const second = await token();
      return second && second !== first ? fetch(input, withToken(init, second)) : response;
    },
    refuse(unwanted) {
      refused = unwanted;
      changed();
    },
    replace(own) {
      refused = undefined;
      write(own ? { token: own } : undefined);
      changed();
    },
    status() {
      const identity = read();
      if (!identity) return noGuests ? 'refused' : 'guest';
      if (identity.renewAt !== undefined) return 'guest';
      return identity.token === refused ? 'refused' : 'own';
    },
    listen(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };

  // An idle page keeps its guest, too. (One timer until the expiry would overflow 31 bits and fire at once.)
  setInterval(() => void token(), hour);
  return session;
}

/** `undefined` where the server takes no guests, or not this one any more. */
async function askForGuest(present?: string): Promise<Identity | undefined> {
  const response = await fetch('/auth/guest', withToken({ method: 'POST' }, present));
  if (response.status >= 500 || response.status === 429)
    throw new Error(`/auth/guest answered ${response.status}`);
  if (!response.ok) return undefined;
  const { token, expiresAt } = (await response.json()) as { token: string; expiresAt: string };
  const now = Date.now();
  return { token, renewAt: now + (Date.parse(expiresAt) - now) / 2 };
}

function isDue(identity: Identity): boolean {
  return identity.renewAt !== undefined && identity.renewAt <= Date.now();
}

function withToken(init: RequestInit | undefined, token: string | undefined): RequestInit {
  const headers = new Headers(init?.headers);
  if (token) headers.set('authorization', `Bearer ${token}`);
  return { ...init, headers };
}

function read(): Identity | undefined {
  const text = localStorage.getItem(key);
  return text ? (JSON.parse(text) as Identity) : undefined;
}

function write(identity: Identity | undefined): void {
  if (identity) localStorage.setItem(key, JSON.stringify(identity));
  else localStorage.removeItem(key);
}
