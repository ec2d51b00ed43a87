import { createClient as createSse } from 'graphql-sse';
import { createClient as createWebSocket } from 'graphql-ws';
import type { ExecutionResult } from 'graphql';
import { backoff } from './backoff.ts';
import { fetchWith } from './tokens.ts';
import type { Tokens } from './tokens.ts';

/** One way to carry subscriptions. It reconnects for ever, and says `down` when it lost its connection, `up` when it has one. */
export interface Transport {
  /** Returns how to end the subscription. */
  subscribe(request: SubscribeRequest, sink: Sink): () => void;
  close(): void;
}

export interface SubscribeRequest {
  query: string;
  variables: Record<string, unknown>;
}

export interface Sink {
  next(result: ExecutionResult): void;
  error(error: unknown): void;
  complete(): void;
}

export interface TransportEvents {
  up(): void;
  down(): void;
  /** The server gave a sign of life. */
  heard(): void;
}

/** GraphQL over server-sent events, a request for each subscription. */
export function sse(tokens: Tokens, events: TransportEvents): Transport {
  const client = createSse({
    url: '/graphql',
    retryAttempts: Infinity,
    retry(retries) {
      events.down();
      return backoff(retries);
    },
    // Here and not in `headers`: what that throws is fatal to graphql-sse, what this throws is tried again.
    fetchFn: async (url: string, init: RequestInit) => watched(await fetchWith(tokens, url, init), events),
  });
  return {
    subscribe: (request, sink) => client.subscribe(request, sink),
    close: () => client.dispose(),
  };
}

/** `graphql-transport-ws`, one socket for all. */
export function webSocket(tokens: Tokens, events: TransportEvents): Transport {
  let pongDue: ReturnType<typeof setTimeout> | undefined;
  let token: string | undefined;
  const client = createWebSocket({
    url: () => `${location.origin.replace('http', 'ws')}/graphql`,
    async connectionParams() {
      token = await tokens.token();
      return { authorization: `Bearer ${token}` };
    },
    retryAttempts: Infinity,
    retryWait: backoff,
    // The default gives up where the server died without a closing handshake.
    shouldRetry: () => true,
    keepAlive: 10_000,
    on: {
      connected: events.up,
      closed(event) {
        clearTimeout(pongDue);
        if ((event as CloseEvent).code === 4403) tokens.refuse(token);
        events.down();
      },
      ping(received) {
        // A half-open socket never closes by itself.
        if (!received) pongDue = setTimeout(() => client.terminate(), 5_000);
      },
      pong(received) {
        if (!received) return;
        events.heard();
        clearTimeout(pongDue);
      },
      message: events.heard,
    },
  });
  return {
    subscribe: (request, sink) => client.subscribe(request, sink),
    close: () => void client.dispose(),
  };
}

/** The server pings every 12 s; a stream that is silent for longer than two of them is dead, whatever TCP thinks. */
const silence = 30_000;

/** The same response, whose body fails where the stream falls silent. It is up when its first byte has come: proxies may hold it back. */
function watched(response: Response, events: TransportEvents): Response {
  if (!response.ok || !response.body) return response;
  const reader = response.body.getReader();
  let begun = false;
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      let timer: ReturnType<typeof setTimeout> | undefined;
      try {
        const silent = new Promise<never>((_, reject) => {
          timer = setTimeout(() => reject(new Error('the stream fell silent')), silence);
        });
        const chunk = await Promise.race([reader.read(), silent]);
        if (!chunk.done) {
          events.heard();
          if (!begun) events.up();
          begun = true;
          return controller.enqueue(chunk.value);
        }
        await settled();
        controller.close();
      } catch (error) {
        await settled();
        controller.error(error);
        void reader.cancel().catch(() => {});
      } finally {
        clearTimeout(timer);
      }
    },
    cancel: (reason) => reader.cancel(reason),
  });
  return new Response(body, response);
}

/**
 * graphql-sse 2.6 takes an end for a lost connection only while its consumer waits for a result; one that comes in the
 * same turn as the last result is fatal or, worse, goes unnoticed. So the end waits its turn.
 */
function settled(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve));
}
