import { createHash } from 'node:crypto';
import { copyFile, type FileHandle, open } from 'node:fs/promises';
import type { OutputSink } from '../model/sink.ts';
import type { SlotFolder } from './slot-folder.ts';

/** A result on its way into `out/`, hashed as it goes. */
export interface OutputFile extends OutputSink {
  /** Once it has ended. */
  written(): { bytes: number; sha256: string };
}

export function outputFile(folder: SlotFolder, index: number, sources: readonly Buffer[]): OutputFile {
  const path = folder.output(index);
  let hash = createHash('sha256');
  let file: FileHandle | undefined;
  const opened = async (): Promise<FileHandle> => (file ??= await open(path, 'a'));
  let bytes = 0;
  let sha256 = '';
  const count = (chunk: Uint8Array): void => {
    hash.update(chunk);
    bytes += chunk.length;
  };
  return {
    async copySource(source) {
      // The kernel copies, or shares the blocks where the file system can.
      await copyFile(folder.input(source), path);
      hash = createHash('sha256');
      bytes = 0;
      count(sources[source]!);
    },
    async write(chunk) {
      count(chunk);
      await (await opened()).appendFile(chunk);
    },
    async end() {
      // Also what nothing was written to, as the text of an empty page, must be there.
      await (await opened()).close();
      sha256 = hash.digest('hex');
    },
    written: () => ({ bytes, sha256 }),
  };
}
