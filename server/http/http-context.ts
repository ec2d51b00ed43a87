import type { IncomingMessage, ServerResponse } from 'node:http';

/** One request, beside what GraphQL knows of it. */
export interface HttpContext {
  req: IncomingMessage;
  res: ServerResponse;
}
