import { openLines } from './lines.ts';
import type { Line } from './lines.ts';
import { renewing } from './renewing.ts';
import type { Tokens } from './tokens.ts';
import { sse, webSocket } from './transports.ts';
import type { Sink, SubscribeRequest, Transport } from './transports.ts';

export type TransportName = 'sse' | 'websocket';

/** `auto`: whichever gets through. */
export type Preference = TransportName | 'auto';

/** `idle`: nothing to follow, all that is shown is final. */
export type ConnectionStatus = 'idle' | 'connecting' | 'live' | 'reconnecting' | 'offline';

export interface ConnectionState {
  status: ConnectionStatus;
  /** When it became so, in milliseconds since 1970. */
  since: number;
  transport: TransportName;
  preference: Preference;
  /** Times a lost connection came back; what has no cursor must be read again when it rises. */
  reconnects: number;
}

/** Carries subscriptions over one of two transports, and brings them back whatever happens between. */
export interface Connection {
  /** Follows a subscription until it completes; a drop is never an end. Returns how to stop. */
  subscribe(request: SubscribeRequest, sink: Sink): () => void;
  /** Open subscriptions go on where they were. */
  prefer(preference: Preference): void;
  /** The page is looked at again, maybe after a sleep: a connection that has been silent is made anew at once. */
  wake(): void;
  state(): ConnectionState;
  listen(changed: () => void): () => void;
}

export function openConnection(tokens: Tokens, preference: Preference): Connection {
  const listeners = new Set<() => void>();
  let state: ConnectionState = {
    status: 'idle',
    since: Date.now(),
    transport: preference === 'auto' ? 'sse' : preference,
    preference,
    reconnects: 0,
  };
  let heardAt = 0;
  let fallback: ReturnType<typeof setTimeout> | undefined;
  let fallbacks = 0;
  let isRenewed = false;
  const lasting = renewing(tokens, renew);
  let transport = open();
  const lines = openLines(
    () => transport,
    () => set({ status: lost() }),
    () => lines.size() === 0 && rest(),
  );

  function open(): Transport {
    const current = () => transport === opened;
    const opened = (state.transport === 'sse' ? sse : webSocket)(lasting, {
      up() {
        if (!current() || lines.size() === 0) return;
        settle();
        set({ status: 'live', reconnects: state.reconnects + Number(isLost() || isRenewed) });
        isRenewed = false;
      },
      down() {
        if (!current() || lines.size() === 0) return;
        set({ status: lost() });
        seekWay();
      },
      heard: () => (heardAt = Date.now()),
    });
    return opened;
  }

  /** Where nothing gets through for some seconds, the other transport may; longer and longer where neither does. */
  function seekWay(): void {
    if (state.preference !== 'auto' || state.status === 'live' || fallback !== undefined) return;
    const wait = Math.min(60_000, 4_000 * 2 ** fallbacks++) * (0.75 + Math.random() / 2);
    fallback = setTimeout(() => {
      fallback = undefined;
      if (state.status === 'live' || lines.size() === 0) return;
      if (navigator.onLine) switchTo(state.transport === 'sse' ? 'websocket' : 'sse');
      seekWay();
    }, wait);
  }

  function settle(): void {
    clearTimeout(fallback);
    fallback = undefined;
    fallbacks = 0;
  }

  function switchTo(name: TransportName): void {
    if (name === state.transport) return;
    const before = transport;
    state = { ...state, transport: name };
    transport = open();
    reopen();
    before.close();
  }

  /** Goes on with the next token before this one ends. Nobody need see it: what may be missed between is read again. */
  function renew(): void {
    if (lines.size() === 0) return;
    const before = transport;
    isRenewed = true;
    transport = open();
    lines.each((line: Line) => lines.restart(line));
    before.close();
  }

  /** After a change of network, or a sleep, the old connection may be dead without knowing. */
  function reopen(): void {
    if (lines.size() === 0) return;
    set({ status: isLost() || state.status === 'live' ? lost() : state.status });
    lines.each((line: Line) => lines.restart(line));
    seekWay();
  }

  function rest(): void {
    settle();
    set({ status: 'idle' });
  }

  function set(change: Partial<ConnectionState>): void {
    const since = change.status && change.status !== state.status ? Date.now() : state.since;
    state = { ...state, ...change, since };
    listeners.forEach((listener) => listener());
  }

  const isLost = () => state.status === 'reconnecting' || state.status === 'offline';

  addEventListener('online', reopen);
  addEventListener('offline', reopen);

  return {
    subscribe(request, sink) {
      if (state.status === 'idle') set({ status: 'connecting' });
      // HTTP/1.1 allows six connections of all tabs together; one WebSocket carries all.
      if (state.preference === 'auto' && lines.size() >= mostStreams) switchTo('websocket');
      const end = lines.start(request, sink);
      seekWay();
      return end;
    },
    prefer(wish) {
      set({ preference: wish });
      settle();
      if (wish !== 'auto') switchTo(wish);
      else if (lines.size() > 0) seekWay();
    },
    wake() {
      if (Date.now() - heardAt > longestPause) reopen();
    },
    state: () => state,
    listen(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

const mostStreams = 3;

/** The server pings every 12 s, we it every 10. */
const longestPause = 15_000;

/** A stream may well live without a network, on this very machine: the browser's word only explains a loss. */
function lost(): ConnectionStatus {
  return navigator.onLine ? 'reconnecting' : 'offline';
}
