import type { ServerResponse } from 'node:http';
import type { Plugin } from 'graphql-yoga';
import type { Context } from '../../schema/builder.ts';
import { isForeseen } from './graphql-errors.ts';
import { atTokenEnd } from './identity.ts';
import type { HttpContext } from './http-context.ts';

/**
 * What concerns streams: they end with the token, break where something unexpected happens, and over SSE tell where they
 * are. @param onStream is told of each response that becomes one
 */
export function streams(
  onStream: (response: ServerResponse) => void,
): Plugin<Context & Partial<HttpContext>> {
  return {
    onSubscribe({ args }) {
      const context = args.contextValue as Context & Partial<HttpContext>;
      const { services, viewer, hangUp, res } = context;
      // A WebSocket sees to its token's end itself, with a code of its own.
      // Who has left while we looked at the token will not be heard closing any more.
      if (res && !res.destroyed) {
        onStream(res);
        if (viewer) res.once('close', atTokenEnd(services, viewer, hangUp));
      }
      return {
        onSubscribeError: ({ error }) => {
          if (!isForeseen(error)) hangUp();
        },
        onSubscribeResult: () => ({
          onNext: ({ result, setResult }) => {
            if ('errors' in result && result.errors?.some((error) => !isForeseen(error))) hangUp();
            if (res && context.eventId !== undefined) setResult(withId(result, context.eventId));
          },
        }),
      };
    },
    onResponse({ response, setResponse, fetchAPI }) {
      const { headers, status } = response;
      if (!headers.get('content-type')?.startsWith('text/event-stream')) return;
      // nginx and others hold a stream back until it ends unless told so; `no-transform` keeps compressors away.
      headers.set('x-accel-buffering', 'no');
      headers.set('cache-control', 'no-cache, no-transform');
      // What is wrong with an operation is told in its stream, as graphql-sse's protocol has it: at any other status
      // clients try again, and their users never read why.
      if (status === 400) setResponse(new fetchAPI.Response(response.body, { headers }));
    },
  };
}

/** Yoga writes `data: `, what `stringify` gives, and an empty line: another field of the event goes between. */
function withId<T extends object>(result: T, id: number): T {
  return { ...result, stringify: (told: unknown) => `${JSON.stringify(told)}\nid: ${id}` };
}
