import { createHmac } from 'node:crypto';

/** A secret that tokens are signed with, and the name by which they say so (`kid`). */
export interface Key {
  id: string;
  secret: Uint8Array;
}

/** In the order of the secrets: the first signs, all verify. A key's name follows from its secret and tells nothing of it. */
export function keysOf(secrets: readonly string[]): readonly [Key, ...Key[]] {
  return secrets.map((secret) => ({
    id: createHmac('sha256', secret).update('octavo key id').digest('base64url').slice(0, 12),
    secret: new TextEncoder().encode(secret),
  })) as [Key, ...Key[]];
}
