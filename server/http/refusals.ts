import type { Plugin } from 'graphql-yoga';
import { challenge } from './identity.ts';

/** Yoga refuses some requests with nothing but a status; they get a sentence, and a 401 says how to do better. */
export const refusals: Plugin = {
  onResponse({ request, response, setResponse, fetchAPI }) {
    const { status } = response;
    if (status === 401)
      response.headers.set('www-authenticate', challenge(request.headers.get('authorization')));
    const message = sentences[status];
    if (!message || response.body) return;
    const errors = [{ message, extensions: { code: 'INVALID_INPUT' } }];
    setResponse(fetchAPI.Response.json({ errors }, { status }));
  },
};

const answers =
  'application/json, application/graphql-response+json and, for subscriptions, text/event-stream';

const sentences: Record<number, string> = {
  406: `Nothing that "Accept" names can be made of this answer. There are ${answers}.`,
  415: 'Send the operation as JSON, with "Content-Type: application/json".',
};
