import type { ExecutionResult } from 'graphql';
import type { ConnectionState, Preference } from './connection.ts';
import type { SubscribeRequest } from './transports.ts';

/** What a tab says to the worker that all tabs share. */
export type FromTab =
  | { type: 'hello'; preference: Preference }
  | { type: 'subscribe'; id: number; request: SubscribeRequest }
  | { type: 'unsubscribe'; id: number }
  | { type: 'token'; token: string | undefined }
  | { type: 'prefer'; preference: Preference }
  | { type: 'wake' }
  | { type: 'bye' };

/** And what it hears. */
export type ToTab =
  | { type: 'state'; state: ConnectionState }
  | { type: 'next'; id: number; result: ExecutionResult }
  | { type: 'complete'; id: number }
  | { type: 'token?' }
  | { type: 'refuse'; token: string | undefined };
