import { useEffect, useReducer, useRef } from 'react';
import { startUpload } from '../upload.ts';
import type { RunningUpload, UploadedFile } from '../upload.ts';
import { useUploadedFiles } from './use-uploaded-files.ts';
import { changeFiles } from './draft-files.ts';
import type { DraftFile } from './draft-files.ts';

export interface Uploads {
  files: readonly DraftFile[];
  add(files: Iterable<File>): void;
  /** Files that the server has already. */
  take(files: readonly UploadedFile[]): void;
  remove(key: number): void;
  move(from: number, to: number): void;
  pause(key: number): void;
  /** Goes on with what is paused, or tries again what was refused. */
  resume(key: number): void;
  clear(): void;
}

/** HTTP/1.1 leaves a browser six connections: some must stay for the page itself. */
const atOnce = 3;

/** The files of the job in the making, uploaded as soon as they are chosen. */
export function useUploads(): Uploads {
  const [files, dispatch] = useReducer(changeFiles, []);
  const running = useRef(new Map<number, RunningUpload>());
  const lastKey = useRef(0);
  const describe = useUploadedFiles();

  const sending = files.filter(({ state }) => state.name === 'sending').length;
  const next = sending < atOnce ? files.find(({ state }) => state.name === 'waiting') : undefined;

  useEffect(() => {
    if (!next?.file) return;
    const { key, file } = next;
    const set = (state: DraftFile['state']) =>
      running.current.has(key) && dispatch({ type: 'state', key, state });
    const held = running.current.get(key);
    dispatch({ type: 'state', key, state: { name: 'sending', part: 0, stalled: false } });
    if (held) return held.resume();
    let part = 0;
    running.current.set(
      key,
      startUpload(file, {
        progress(reached) {
          part = reached;
          set({ name: 'sending', part, stalled: false });
        },
        stalled: () => set({ name: 'sending', part, stalled: true }),
        done: (id) =>
          void describe(id).then((uploaded) =>
            set({
              name: 'there',
              uploaded: uploaded ?? { id, name: file.name, bytes: file.size, pages: null },
            }),
          ),
        refused(message, mine) {
          set({ name: 'refused', message, mine });
          running.current.delete(key);
        },
      }),
    );
  }, [next, describe]);

  function stop(key: number) {
    running.current.get(key)?.stop();
    running.current.delete(key);
  }

  return {
    files,
    add: (chosen) =>
      dispatch({
        type: 'add',
        files: Array.from(chosen, (file) => ({
          key: ++lastKey.current,
          name: file.name,
          bytes: file.size,
          file,
          state: { name: 'waiting' },
        })),
      }),
    take: (taken) =>
      dispatch({
        type: 'add',
        files: taken.map((uploaded) => ({
          key: ++lastKey.current,
          name: uploaded.name,
          bytes: uploaded.bytes,
          file: undefined,
          state: { name: 'there', uploaded },
        })),
      }),
    remove(key) {
      const file = files.find((one) => one.key === key);
      if (file?.state.name !== 'there') stop(key);
      dispatch({ type: 'remove', key });
    },
    move: (from, to) => dispatch({ type: 'move', from, to }),
    pause(key) {
      running.current.get(key)?.pause();
      dispatch({ type: 'pause', key });
    },
    resume: (key) => dispatch({ type: 'state', key, state: { name: 'waiting' } }),
    clear() {
      for (const { key, state } of files) if (state.name !== 'there') stop(key);
      running.current.clear();
      dispatch({ type: 'clear' });
    },
  };
}
