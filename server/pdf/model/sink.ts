/** Where a result goes, from front to back: nothing is held in memory that need not be. */
export interface OutputSink {
  /** Copies the bytes of an input as they are, in the place of all that was written before. */
  copySource(index: number): Promise<void>;
  /** Appends; the chunk is the sink's own until the promise settles. */
  write(chunk: Uint8Array): Promise<void>;
  /** All is written. */
  end(): Promise<void>;
}
