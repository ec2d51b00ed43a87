import { useSyncExternalStore } from 'react';
import { connection } from '../client.ts';
import type { ConnectionState } from '../realtime/connection.ts';

/** The state of the connection that carries the page's subscriptions. */
export function useConnection(): ConnectionState {
  return useSyncExternalStore(connection.listen, connection.state);
}
