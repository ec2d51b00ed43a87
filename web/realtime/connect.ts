import type { Connection, ConnectionState, Preference } from './connection.ts';
import type { FromTab, ToTab } from './messages.ts';
import type { Tokens } from './tokens.ts';
import type { Sink, SubscribeRequest } from './transports.ts';

const key = 'octavo.transport';

/** The way out of this tab: through the worker that all tabs share, or its own where the browser has no such workers. */
export function connect(tokens: Tokens, visitor: () => Promise<string>): Connection {
  const listeners = new Set<() => void>();
  const lines = new Map<number, { request: SubscribeRequest; sink: Sink }>();
  let lastId = 0;
  let state = unknown(remembered());
  let way: Way | undefined;
  const unsent: FromTab[] = [];

  const send = (message: FromTab) => void (way ? way.send(message) : unsent.push(message));
  void visitor()
    .then((name) => ('SharedWorker' in globalThis ? throughWorker(name, receive) : undefined))
    .then(async (shared) => {
      way = shared ?? (await ownWay(tokens, receive));
      way.send({ type: 'hello', preference: remembered() });
      unsent.splice(0).forEach(way.send);
    });

  function receive(message: ToTab): void {
    switch (message.type) {
      case 'state':
        state = message.state;
        return listeners.forEach((changed) => changed());
      case 'next':
        return lines.get(message.id)?.sink.next(message.result);
      case 'complete': {
        const line = lines.get(message.id);
        lines.delete(message.id);
        return line?.sink.complete();
      }
      case 'token?':
        return void tokens.token().then((token) => send({ type: 'token', token }));
      case 'refuse':
        return tokens.refuse(message.token);
    }
  }

  addEventListener('pagehide', () => send({ type: 'bye' }));
  // Back from the browser's cache, without its streams.
  addEventListener('pageshow', ({ persisted }) => persisted && location.reload());
  document.addEventListener('visibilitychange', () => document.hidden || send({ type: 'wake' }));

  return {
    subscribe(request, sink) {
      const id = ++lastId;
      lines.set(id, { request, sink });
      send({ type: 'subscribe', id, request });
      return () => {
        if (lines.delete(id)) send({ type: 'unsubscribe', id });
      };
    },
    prefer(preference) {
      localStorage.setItem(key, preference);
      send({ type: 'prefer', preference });
      // A choice shows at once.
      receive({ type: 'state', state: { ...state, preference } });
    },
    wake: () => send({ type: 'wake' }),
    state: () => state,
    listen(changed) {
      listeners.add(changed);
      return () => listeners.delete(changed);
    },
  };
}

interface Way {
  send(message: FromTab): void;
}

/** Undefined where the browser refuses it. A worker serves one visitor: another identity is another worker. */
function throughWorker(visitor: string, receive: (message: ToTab) => void): Promise<Way | undefined> {
  return new Promise((resolve) => {
    const worker = new SharedWorker(new URL('./shared-worker.ts', import.meta.url), {
      type: 'module',
      name: `octavo ${visitor}`,
    });
    worker.onerror = () => resolve(undefined);
    worker.port.onmessage = ({ data }: MessageEvent<ToTab>) => {
      resolve(way);
      receive(data);
    };
    const way: Way = { send: (message) => worker.port.postMessage(message) };
    // Any answer shows that it lives.
    way.send({ type: 'hello', preference: remembered() });
  });
}

/** The worker's work, in this tab. */
async function ownWay(tokens: Tokens, receive: (message: ToTab) => void): Promise<Way> {
  const { openConnection } = await import('./connection.ts');
  const connection = openConnection(tokens, remembered());
  const stops = new Map<number, () => void>();
  connection.listen(() => receive({ type: 'state', state: connection.state() }));
  return {
    send(message) {
      if (message.type === 'subscribe') {
        const { id, request } = message;
        const end = () => receive({ type: 'complete', id });
        const next: Sink['next'] = (result) => receive({ type: 'next', id, result });
        stops.set(id, connection.subscribe(request, { next, error: end, complete: end }));
      } else if (message.type === 'unsubscribe') stops.get(message.id)?.();
      else if (message.type === 'prefer') connection.prefer(message.preference);
      else if (message.type === 'wake') connection.wake();
    },
  };
}

function remembered(): Preference {
  const kept = localStorage.getItem(key);
  return kept === 'websocket' || kept === 'sse' ? kept : 'auto';
}

function unknown(preference: Preference): ConnectionState {
  const transport = preference === 'auto' ? 'sse' : preference;
  return { status: 'connecting', since: Date.now(), transport, preference, reconnects: 0 };
}
