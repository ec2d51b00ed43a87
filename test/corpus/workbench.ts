import type { Slots } from '../../server/pdf/slot/slots.ts';
import type { Reader, Seen } from './reader.ts';

/** What documents are tried with. */
export interface Workbench {
  slots: Slots;
  reader: Reader;
  /** An honest document and a picture, for the steps that take another. */
  companion: { path: string; seen: Seen };
  picture: string;
  /** Where to work; what is there may be removed. */
  home: string;
  maxBytes: number;
  steps: readonly string[];
  signal: AbortSignal;
}
