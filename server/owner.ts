import { createHash } from 'node:crypto';

/** Whose something is: a subject is unique within its issuer only. */
export interface Owner {
  issuer: string;
  subject: string;
}

/** An owner who may have to wait. Anybody can be many guests, so those of one network share a turn, and take turns within it. */
export interface Claimant extends Owner {
  /** Of a guest: a keyed hash of the network that its token was given to. */
  network?: string | null | undefined;
}

/** Names an owner where any database role may listen, without telling who it is. The same is computed in `jobs/write.ts`. */
export function ownerHash({ issuer, subject }: Owner): string {
  return createHash('sha256').update(`${issuer}\n${subject}`).digest('hex').slice(0, 32);
}
