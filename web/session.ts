import { fetchWith, withToken } from './realtime/tokens.ts';
import type { Tokens } from './realtime/tokens.ts';

/**
 * Who we are to the server. A visitor gets a guest's token of their own, kept in localStorage for all tabs and renewed
 * in good time; a pasted token takes its place, and is never replaced silently.
 */
export interface Session extends Tokens {
  /** `fetch` with that token; once more with a new one where the server refuses it (401). */
  fetch(input: RequestInfo | URL, init?: RequestInit): Promise<Response>;
  /** Takes a pasted token, or with `undefined` becomes a guest again. */
  replace(token: string | undefined): void;
  status(): SessionStatus;
  /** Who the token is for, `undefined` without one that can be read. */
  subject(): string | undefined;
  /** When a guest who does not come back is forgotten, in milliseconds since 1970. */
  guestUntil(): number | undefined;
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
  addEventListener('storage', (event) => {
    if (event.key !== key) return;
    // Became someone else in another tab: nothing of what is shown may stay.
    if (event.oldValue && subjectOf(read()) !== subjectOf(JSON.parse(event.oldValue) as Identity))
      location.assign('/');
    changed();
  });

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
    fetch: (input, init) => fetchWith(session, input, init),
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
    subject: () => subjectOf(read()),
    guestUntil() {
      const identity = read();
      return identity?.renewAt === undefined ? undefined : claimsOf(identity)?.exp;
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

function subjectOf(identity: Identity | undefined): string | undefined {
  return identity && claimsOf(identity)?.sub;
}

/** What the token says of itself; only the server can tell whether it is true. `exp` in milliseconds. */
function claimsOf({ token }: Identity): { sub: string; exp: number } | undefined {
  try {
    const part = token.split('.')[1] ?? '';
    const { sub, exp } = JSON.parse(atob(part.replaceAll('-', '+').replaceAll('_', '/'))) as {
      sub: string;
      exp: number;
    };
    return { sub, exp: exp * 1000 };
  } catch {
    return undefined;
  }
}

function read(): Identity | undefined {
  const text = localStorage.getItem(key);
  return text ? (JSON.parse(text) as Identity) : undefined;
}

function write(identity: Identity | undefined): void {
  if (identity) localStorage.setItem(key, JSON.stringify(identity));
  else localStorage.removeItem(key);
}
