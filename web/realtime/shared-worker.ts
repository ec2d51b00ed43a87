import { openConnection } from './connection.ts';
import type { Connection } from './connection.ts';
import type { FromTab, ToTab } from './messages.ts';
import { shareLines } from './shared-lines.ts';
import type { Tokens } from './tokens.ts';

/** One connection for all tabs of a visitor: a browser has six for an origin, and a server enough to do. */
interface Tab {
  send(message: ToTab): void;
  /** How to end its subscriptions, by their ids. */
  lines: Map<number, () => void>;
}

const tabs = new Set<Tab>();
let waiting: ((token: string | undefined) => void)[] = [];
let lastToken: string | undefined;

/** The session lives in the tabs, where localStorage is: whichever answers first. */
const tokens: Tokens = {
  token: () =>
    new Promise((resolve) => {
      waiting.push(resolve);
      for (const tab of tabs) tab.send({ type: 'token?' });
      setTimeout(() => resolve(lastToken), patience);
    }),
  refuse: (token) => tabs.forEach((tab) => tab.send({ type: 'refuse', token })),
};

/** For the answer of a tab that may be frozen. */
const patience = 5_000;

let connection: Connection | undefined;

function receive(tab: Tab, message: FromTab): void {
  connection ??= shared(message.type === 'hello' ? message.preference : 'auto');
  switch (message.type) {
    case 'hello':
      return tab.send({ type: 'state', state: connection.state() });
    case 'subscribe': {
      const { id } = message;
      const stop = connection.subscribe(message.request, {
        next: (result) => tab.send({ type: 'next', id, result }),
        error: () => tab.send({ type: 'complete', id }),
        complete: () => tab.send({ type: 'complete', id }),
      });
      return void tab.lines.set(id, stop);
    }
    case 'unsubscribe':
      tab.lines.get(message.id)?.();
      return void tab.lines.delete(message.id);
    case 'token':
      lastToken = message.token;
      waiting.forEach((resolve) => resolve(message.token));
      waiting = [];
      return;
    case 'prefer':
      return connection.prefer(message.preference);
    case 'wake':
      return connection.wake();
    case 'bye':
      tabs.delete(tab);
      return tab.lines.forEach((stop) => stop());
  }
}

function shared(preference: Parameters<Connection['prefer']>[0]): Connection {
  const opened = shareLines(openConnection(tokens, preference));
  opened.listen(() => tabs.forEach((tab) => tab.send({ type: 'state', state: opened.state() })));
  return opened;
}

addEventListener('connect', (event) => {
  const [port] = (event as MessageEvent).ports;
  if (!port) return;
  const tab: Tab = { send: (message) => port.postMessage(message), lines: new Map() };
  tabs.add(tab);
  port.onmessage = ({ data }: MessageEvent<FromTab>) => receive(tab, data);
});
