import { request } from 'node:http';
import type { Socket } from 'node:net';
import { WebSocket } from 'ws';
import type { Answer, Transport } from './client.ts';

/** A stream seen from as near to the wire as it gets: what came, how it ended. Thousands fit into one process. */
export interface Subscriber {
  /** Resolves when the stream is over. */
  ended: Promise<End>;
  /** Reads no more, or again: a reader that stalls. */
  pause(): void;
  resume(): void;
  /** Ends it as the protocol has it. */
  leave(): void;
  /** Cuts the connection. */
  drop(): void;
}

/** `complete` is the protocol's word; all else is a broken stream, `code` the WebSocket's or the HTTP status. */
export type End = { completed: true } | { completed: false; code: number | undefined };

export interface Wish {
  url: string;
  token: string | undefined;
  query: string;
  variables?: object;
}

/** Subscribes. `onAnswer` is called with each result as it comes. */
export function subscribe<T>(
  transport: Transport,
  wish: Wish,
  onAnswer: (answer: Answer<T>) => void,
): Subscriber {
  return transport === 'sse' ? overSse(wish, onAnswer) : overWebSocket(wish, onAnswer);
}

function overSse<T>(
  { url, token, query, variables }: Wish,
  onAnswer: (answer: Answer<T>) => void,
): Subscriber {
  const { promise: ended, resolve: end } = Promise.withResolvers<End>();
  const posted = request(`${url}/graphql`, {
    method: 'POST',
    agent: false,
    headers: {
      'content-type': 'application/json',
      accept: 'text/event-stream',
      ...(token ? { authorization: `Bearer ${token}` } : {}),
    },
  });
  let code: number | undefined;
  posted.on('error', () => end({ completed: false, code }));
  posted.on('response', (response) => {
    code = response.statusCode;
    let text = '';
    response.setEncoding('utf8');
    response.on('data', (chunk: string) => {
      const blocks = (text + chunk).split('\n\n');
      text = blocks.pop() ?? '';
      for (const block of blocks) {
        const data = /^data: (.*)$/m.exec(block)?.[1];
        if (block.startsWith('event: next\n')) onAnswer(JSON.parse(data ?? '') as Answer<T>);
        else if (block.startsWith('event: complete')) end({ completed: true });
      }
    });
    response.on('error', () => {});
    response.on('close', () => end({ completed: false, code }));
  });
  posted.end(JSON.stringify({ query, variables }));
  return {
    ended,
    pause: () => posted.socket?.pause(),
    resume: () => posted.socket?.resume(),
    leave: () => posted.destroy(),
    drop: () => posted.socket?.resetAndDestroy(),
  };
}

function overWebSocket<T>(
  { url, token, query, variables }: Wish,
  onAnswer: (answer: Answer<T>) => void,
): Subscriber {
  const { promise: ended, resolve: end } = Promise.withResolvers<End>();
  const ws = new WebSocket(`${url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
  const say = (message: object) => ws.send(JSON.stringify(message));
  const socket = () => (ws as unknown as { _socket?: Socket })._socket;
  ws.on('open', () =>
    say({ type: 'connection_init', payload: token ? { authorization: `Bearer ${token}` } : {} }),
  );
  ws.on('message', (data) => {
    const message = JSON.parse((data as Buffer).toString()) as { type: string; payload: unknown };
    if (message.type === 'connection_ack') say({ type: 'subscribe', id: '1', payload: { query, variables } });
    else if (message.type === 'next') onAnswer(message.payload as Answer<T>);
    else if (message.type === 'error') onAnswer({ errors: message.payload } as Answer<T>);
    if (message.type === 'error' || message.type === 'complete') {
      end({ completed: true });
      ws.close();
    }
  });
  ws.on('error', () => {});
  ws.on('close', (code) => end({ completed: false, code }));
  return {
    ended,
    pause: () => socket()?.pause(),
    resume: () => socket()?.resume(),
    leave() {
      if (ws.readyState === WebSocket.OPEN) say({ type: 'complete', id: '1' });
      ws.close();
    },
    drop: () => socket()?.resetAndDestroy(),
  };
}
