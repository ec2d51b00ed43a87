import type { OutputSink } from '../model/sink.ts';

/** A sink whose bytes are at hand when all is written: for a document that is read again where it was made. */
export function memorySink(sources: readonly { bytes: Buffer }[]): OutputSink & { bytes(): Buffer } {
  const chunks: Buffer[] = [];
  return {
    copySource: async (index) => void chunks.splice(0, Infinity, sources[index]!.bytes),
    write: async (chunk) => void chunks.push(Buffer.from(chunk)),
    end: async () => {},
    bytes: () => Buffer.concat(chunks),
  };
}
