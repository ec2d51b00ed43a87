import type { OutputSink } from '../model/sink.ts';

const chunkBytes = 256 * 1024;

/** Bytes on their way to a sink, gathered into chunks; knows its offset in the file. */
export class Output {
  /** Bytes in the file so far. */
  offset: number;
  readonly #sink: OutputSink;
  #parts: Uint8Array[] = [];
  #waiting = 0;

  constructor(sink: OutputSink, offset = 0) {
    this.#sink = sink;
    this.offset = offset;
  }

  /** Adds text (latin1) or bytes, which must not change before the next {@link drain}. */
  push(part: string | Uint8Array): void {
    const bytes = typeof part === 'string' ? Buffer.from(part, 'latin1') : part;
    this.#parts.push(bytes);
    this.#waiting += bytes.length;
    this.offset += bytes.length;
  }

  get full(): boolean {
    return this.#waiting >= chunkBytes;
  }

  /** Hands everything to the sink. Large parts, such as images, go as the views that they are. */
  async drain(): Promise<void> {
    const parts = this.#parts;
    this.#parts = [];
    this.#waiting = 0;
    let small: Uint8Array[] = [];
    const flush = async (): Promise<void> => {
      if (small.length > 0) await this.#sink.write(Buffer.concat(small));
      small = [];
    };
    for (const part of parts) {
      if (part.length < chunkBytes) {
        small.push(part);
        continue;
      }
      await flush();
      await this.#sink.write(part);
    }
    await flush();
  }
}
