import type { IncomingMessage, ServerResponse } from 'node:http';
import { bearer } from '../auth/tokens.ts';
import type { Config } from '../config.ts';
import { AppError } from '../errors.ts';
import type { Services } from '../services.ts';
import { clientNetwork } from './client-network.ts';
import { sendJson } from './reply.ts';

/** `POST /auth/guest`: a token for a new guest, or with a guest's valid token one for the same guest that ends later. */
export async function admitGuest(services: Services, request: IncomingMessage, response: ServerResponse) {
  if (!takesGuests(services.config))
    throw new AppError('NOT_FOUND', 'This server takes no guests. Sign in, or ask its operator for a token.');
  const network = clientNetwork(services, request);
  services.limits.guests.take(network);
  const token = bearer(request.headers.authorization);
  const present = token === undefined ? undefined : await services.identify(token);
  if (present && !present.guest)
    throw new AppError('UNAUTHENTICATED', 'Only a guest token can be renewed here.');
  services.files.expect();
  sendJson(response, 201, await services.tokens.guest(present, network));
}

/** Where people sign in only if the operator says so. */
export function takesGuests({ GUESTS, OIDC_ISSUER }: Config): boolean {
  return GUESTS ?? OIDC_ISSUER === undefined;
}
