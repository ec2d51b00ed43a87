import { claimsOf, fetchWith, withToken } from './realtime/tokens.ts';
import type { Tokens } from './realtime/tokens.ts';

/**
 * Who we are to the server. Whoever has signed in has a session there, of which all tabs share the token of the moment. Any
 * other visitor gets a guest's token of their own, where guests are taken. Both are kept in localStorage and renewed in
 * good time; a pasted token takes their place, and is never replaced silently.
 */
export interface Session extends Tokens {
  /** `fetch` with that token; once more with a new one where the server refuses it (401). */
  fetch(input: RequestInfo | URL, init?: RequestInit): Promise<Response>;
  /** Takes a pasted token, or with `undefined` gives it back. */
  replace(token: string | undefined): void;
  /** Leaves for the issuer, to come back to this very page. */
  signIn(): void;
  /** Of all tabs, here and at the issuer. Rejects where the server does not answer. */
  signOut(): Promise<void>;
  /** Goes on without having signed in. */
  beGuest(): void;
  status(): SessionStatus;
  /** Who the token is for, `undefined` without one that can be read. */
  subject(): string | undefined;
  /** What people call them. */
  name(): string | undefined;
  /** Undefined until the server has told. */
  waysIn(): WaysIn | undefined;
  /** Why a sign-in that was wished for is none. */
  problem(): SessionProblem | undefined;
  /** When a guest who does not come back is forgotten, in milliseconds since 1970. */
  guestUntil(): number | undefined;
  listen(changed: () => void): () => void;
}

/** `refused`: nobody yet, and nothing to become without being asked; or a pasted token that the server does not accept. */
export type SessionStatus = 'guest' | 'account' | 'own' | 'refused';

/** As the server's `/auth/callback` says it; `ended`: the session is over. */
export type SessionProblem = 'unavailable' | 'denied' | 'expired' | 'failed' | 'ended';

export interface WaysIn {
  guests: boolean;
  /** By whose sign-in, as people know it. */
  issuer: string | null;
  /** This browser has a session. */
  signedIn: boolean;
}

interface Identity {
  token: string;
  /** Milliseconds since 1970: when to ask for the next one. A pasted one is renewed by its owner. */
  renewAt?: number;
  /** Given in a session. */
  account?: true;
}

const key = 'octavo.session';
const hour = 3_600_000;

export function openSession(): Session {
  const listeners = new Set<() => void>();
  let pending: Promise<string | undefined> | undefined;
  let asked: Promise<WaysIn> | undefined;
  let ways: WaysIn | undefined;
  let refused: string | undefined;
  // Whether the server may know us by a session that gives us a token.
  let { seeksSession, problem } = readReturn();

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
    if (identity && !seeksSession && (isPasted(identity) || (identity.token !== refused && !isDue(identity))))
      return identity.token;
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
    if (usable && !isDue(usable) && !seeksSession) return usable.token;
    try {
      if (!identity) await askForWays();
      const isAccount = (seeksSession || identity?.account) && (await becomeAccount(usable));
      if (identity?.account && !isAccount) {
        problem = 'ended';
        write(undefined);
      } else if (!isAccount && problem !== 'ended' && !(identity && isPasted(identity)))
        await becomeGuest(usable);
    } catch {
      // The server is away: whoever asked tries again by their own rules.
    }
    changed();
    return read()?.token;
  }

  /** @param before who, if it is a guest, is the account's from now on */
  async function becomeAccount(before: Identity | undefined): Promise<boolean> {
    const guest = before && !before.account && !isPasted(before) ? before.token : undefined;
    const account = (guest && (await ask('/auth/token', guest))) || (await ask('/auth/token'));
    seeksSession = false;
    if (account) write({ ...account, account: true });
    return account !== undefined;
  }

  async function becomeGuest(before: Identity | undefined): Promise<void> {
    const { guests } = await askForWays();
    const guest = guests && ((await ask('/auth/guest', before?.token)) ?? (await ask('/auth/guest')));
    if (guest) write(guest);
  }

  function askForWays(): Promise<WaysIn> {
    asked ??= fetch('/auth')
      .then(async (response) => {
        if (!response.ok) throw new Error(`/auth answered ${response.status}`);
        ways = (await response.json()) as WaysIn;
        seeksSession ||= ways.signedIn && !read();
        changed();
        return ways;
      })
      .catch((error: unknown) => {
        asked = undefined;
        throw error;
      });
    return asked;
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
    signIn: () =>
      location.assign(`/auth/login?to=${encodeURIComponent(location.pathname + location.search)}`),
    async signOut() {
      const response = await fetch('/auth/logout', { method: 'POST' });
      if (!response.ok) throw new Error(`/auth/logout answered ${response.status}`);
      const { url } = (await response.json()) as { url: string | null };
      write(undefined);
      location.assign(url ?? '/');
    },
    beGuest() {
      problem = undefined;
      changed();
      void token();
    },
    status() {
      const identity = read();
      if (!identity) return ways?.guests === false || problem === 'ended' ? 'refused' : 'guest';
      if (identity.account) return 'account';
      if (isPasted(identity)) return identity.token === refused ? 'refused' : 'own';
      return identity.token === refused && ways?.guests === false ? 'refused' : 'guest';
    },
    subject: () => subjectOf(read()),
    name() {
      const claims = claimsOf(read()?.token);
      return claims?.name ?? claims?.sub;
    },
    waysIn: () => ways,
    problem: () => problem,
    guestUntil() {
      const identity = read();
      return !identity || identity.account || isPasted(identity) ? undefined : claimsOf(identity.token)?.exp;
    },
    listen(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };

  // Where it fails, whoever needs it asks again.
  void askForWays().catch(() => {});
  // An idle page keeps its guest, or its session, too. (One timer until the expiry would overflow 31 bits and fire at once.)
  setInterval(() => void token(), hour);
  return session;
}

/** How a sign-in went, which the server says behind `#`. */
function readReturn(): { seeksSession: boolean; problem: SessionProblem | undefined } {
  const [, said] = /^#sign-in=(\w+)$/.exec(location.hash) ?? [];
  if (said) history.replaceState(null, '', location.pathname + location.search);
  return { seeksSession: said === 'done', problem: problems.find((problem) => problem === said) };
}

const problems = ['unavailable', 'denied', 'expired', 'failed'] as const;

/** `undefined` where the server takes no guests, or not this one any more; or where there is no session. */
async function ask(path: '/auth/guest' | '/auth/token', bearer?: string): Promise<Identity | undefined> {
  const response = await fetch(path, withToken({ method: 'POST' }, bearer));
  if (response.status >= 500 || response.status === 429)
    throw new Error(`${path} answered ${response.status}`);
  if (!response.ok) return undefined;
  const { token, expiresAt } = (await response.json()) as { token: string; expiresAt: string };
  const now = Date.now();
  return { token, renewAt: now + (Date.parse(expiresAt) - now) / 2 };
}

function isPasted(identity: Identity): boolean {
  return identity.renewAt === undefined;
}

function isDue(identity: Identity): boolean {
  return identity.renewAt !== undefined && identity.renewAt <= Date.now();
}

function subjectOf(identity: Identity | undefined): string | undefined {
  return claimsOf(identity?.token)?.sub;
}

function read(): Identity | undefined {
  const text = localStorage.getItem(key);
  return text ? (JSON.parse(text) as Identity) : undefined;
}

function write(identity: Identity | undefined): void {
  if (identity) localStorage.setItem(key, JSON.stringify(identity));
  else localStorage.removeItem(key);
}
