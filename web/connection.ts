import { backoff, sse, webSocket } from './transports.ts';
import type { Sink, SubscribeRequest, Transport } from './transports.ts';
import type { Session } from './session.ts';

export type TransportName = 'sse' | 'websocket';

/** `idle`: nothing to follow, all that is shown is final. */
export type ConnectionStatus = 'idle' | 'connecting' | 'live' | 'reconnecting' | 'offline';

export interface ConnectionState {
  status: ConnectionStatus;
  transport: TransportName;
  /** Times a lost connection came back; what has no cursor must be read again when it rises. */
  reconnects: number;
}

/** Carries the page's subscriptions over one of two transports, and brings them back whatever happens between. */
export interface Connection {
  /** Follows a subscription until it completes; a drop is never an end. Returns how to stop. */
  subscribe(request: SubscribeRequest, sink: Sink): () => void;
  /** Moves all open subscriptions to another transport; they go on where they were. */
  switchTo(transport: TransportName): void;
  state(): ConnectionState;
  listen(changed: () => void): () => void;
}

interface Line {
  request: SubscribeRequest;
  sink: Sink;
  /** Times in a row that it was refused or broke where the transport itself would not try again. */
  failures: number;
  end(): void;
}

const key = 'octavo.transport';

export function openConnection(session: Session): Connection {
  const lines = new Set<Line>();
  const listeners = new Set<() => void>();
  let state: ConnectionState = { status: 'idle', transport: remembered(), reconnects: 0 };
  let transport = open();

  function open(): Transport {
    const events = {
      up: () =>
        transport === opened && set({ status: 'live', reconnects: state.reconnects + Number(isLost()) }),
      down: () => transport === opened && lines.size > 0 && set({ status: lost() }),
    };
    const opened = (state.transport === 'sse' ? sse : webSocket)(session, events);
    return opened;
  }

  function start(line: Line): void {
    let over = false;
    const stop = transport.subscribe(line.request, {
      next(result) {
        if (over) return;
        if (isUnauthenticated(result.errors)) return retry();
        line.failures = 0;
        advance(line.request, result.data);
        line.sink.next(result);
      },
      // Neither client gives up by rule; where one does (its own bug, a fatal close code), we do not.
      error: (error) => {
        if (over) return;
        if (Array.isArray(error) && !isUnauthenticated(error))
          finish(() => line.sink.next({ errors: error }));
        else retry();
      },
      complete: () => !over && finish(),
    });
    line.end = () => {
      over = true;
      stop();
    };

    function retry(): void {
      line.end();
      set({ status: lost() });
      void backoff(line.failures++).then(() => lines.has(line) && start(line));
    }

    function finish(last?: () => void): void {
      over = true;
      lines.delete(line);
      last?.();
      line.sink.complete();
      if (lines.size === 0) set({ status: 'idle' });
    }
  }

  /** After a change of network the old connection may be dead without knowing. */
  function reopen(): void {
    if (lines.size === 0) return;
    set({ status: lost() });
    for (const line of lines) {
      line.end();
      start(line);
    }
  }

  function set(change: Partial<ConnectionState>): void {
    state = { ...state, ...change };
    listeners.forEach((listener) => listener());
  }

  const isLost = () => state.status === 'reconnecting' || state.status === 'offline';

  addEventListener('online', reopen);
  addEventListener('offline', reopen);

  return {
    subscribe(request, sink) {
      const line: Line = {
        request: { ...request, variables: { ...request.variables } },
        sink,
        failures: 0,
        end: () => {},
      };
      lines.add(line);
      if (state.status === 'idle') set({ status: 'connecting' });
      start(line);
      return () => {
        if (!lines.delete(line)) return;
        line.end();
        if (lines.size === 0) set({ status: 'idle' });
      };
    },
    switchTo(name) {
      if (name === state.transport) return;
      localStorage.setItem(key, name);
      for (const line of lines) line.end();
      transport.close();
      state = { ...state, transport: name };
      transport = open();
      reopen();
    },
    state: () => state,
    listen(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** Both clients send the request anew when they reconnect: it must then ask only for what came after. */
function advance(request: SubscribeRequest, data: unknown): void {
  const seq = (data as { jobProgress?: { seq: number } } | null | undefined)?.jobProgress?.seq;
  if (seq !== undefined && 'after' in request.variables) request.variables['after'] = seq;
}

/** A stream may well live without a network, on this very machine: the browser's word only explains a loss. */
function lost(): ConnectionStatus {
  return navigator.onLine ? 'reconnecting' : 'offline';
}

function isUnauthenticated(errors: readonly { extensions?: Record<string, unknown> }[] | undefined): boolean {
  return errors?.some((error) => error.extensions?.['code'] === 'UNAUTHENTICATED') ?? false;
}

function remembered(): TransportName {
  return localStorage.getItem(key) === 'websocket' ? 'websocket' : 'sse';
}
