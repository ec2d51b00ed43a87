import { Client, fetchExchange, subscriptionExchange } from '@urql/core';
import { connect } from './realtime/connect.ts';
import { openSession } from './session.ts';

export const session = openSession();

export const connection = connect(session, async () => {
  await session.token();
  return session.subject() ?? '';
});

/** No cache: what is shown comes from the subscriptions, and a query is asked when its answer is wanted. */
export const client = new Client({
  url: '/graphql',
  fetch: session.fetch,
  // The default of @urql/core 6 puts queries in the URL, where proxies log them.
  preferGetMethod: false,
  exchanges: [
    fetchExchange,
    subscriptionExchange({
      forwardSubscription: (request) => ({
        subscribe: (sink) => ({
          unsubscribe: connection.subscribe(
            { query: request.query ?? '', variables: request.variables ?? {} },
            sink,
          ),
        }),
      }),
    }),
  ],
});
