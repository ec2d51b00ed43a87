import type { Storage } from '../files/storage.ts';
import type { Slots } from '../pdf/slot/slots.ts';
import type { Attempts } from './attempt.ts';
import type { Paces } from './paces.ts';
import type { Teller } from './teller.ts';

/** What an attempt works with. `store` notes a key before anything is written there, so that a failure leaves nothing. */
export interface Workshop {
  attempts: Attempts;
  storage: Storage;
  slots: Slots;
  teller: Teller;
  paces: Paces;
  storedKeys: string[];
  signal: AbortSignal;
  /** Called between page ranges. Throws where the job shall give up its slot for now. */
  atBoundary(): void;
}
