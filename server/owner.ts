import { createHash } from 'node:crypto';

/** Whose something is: a subject is unique within its issuer only. */
export interface Owner {
  issuer: string;
  subject: string;
}

/** Names an owner where any database role may listen, without telling who it is. The same is computed in `jobs/write.ts`. */
export function ownerHash({ issuer, subject }: Owner): string {
  return createHash('sha256').update(`${issuer}\n${subject}`).digest('hex').slice(0, 32);
}
