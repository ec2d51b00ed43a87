import { useEffect, useReducer, useRef } from 'react';
import { upload, UploadError } from '../upload.ts';
import type { UploadedFile } from '../upload.ts';
import { strings } from '../strings.ts';
import { moved } from './draft.ts';

/** A chosen file and where it is on its way to the server. `part`: 0 to 1 of the bytes sent. */
export interface DraftFile {
  key: number;
  file: File;
  state:
    | { name: 'waiting' }
    | { name: 'sending'; part: number }
    | { name: 'there'; uploaded: UploadedFile }
    | { name: 'refused'; message: string; mine: boolean };
}

export interface Uploads {
  files: readonly DraftFile[];
  add(files: Iterable<File>): void;
  remove(key: number): void;
  move(key: number, by: -1 | 1): void;
  again(key: number): void;
  clear(): void;
}

/** HTTP/1.1 leaves a browser six connections: some must stay for the page itself. */
const atOnce = 3;

/** The files of the job in the making, uploaded as soon as they are chosen. */
export function useUploads(): Uploads {
  const [files, dispatch] = useReducer(reduce, []);
  const aborts = useRef(new Map<number, AbortController>());
  const lastKey = useRef(0);

  const sending = files.filter(({ state }) => state.name === 'sending').length;
  const next = sending < atOnce ? files.find(({ state }) => state.name === 'waiting') : undefined;

  useEffect(() => {
    if (!next) return;
    const { key, file } = next;
    const abort = new AbortController();
    aborts.current.set(key, abort);
    const set = (state: DraftFile['state']) =>
      !abort.signal.aborted && dispatch({ type: 'state', key, state });
    set({ name: 'sending', part: 0 });
    upload(file, (part) => set({ name: 'sending', part }), abort.signal).then(
      (uploaded) => set({ name: 'there', uploaded }),
      (error: unknown) => {
        const known = error instanceof UploadError ? error : new UploadError(strings.uploadLost, false);
        set({ name: 'refused', message: known.message, mine: known.mine });
      },
    );
  }, [next]);

  useEffect(() => () => aborts.current.forEach((abort) => abort.abort()), []);

  return {
    files,
    add(chosen) {
      const added = Array.from(chosen, (file) => ({
        key: ++lastKey.current,
        file,
        state: { name: 'waiting' } as const,
      }));
      dispatch({ type: 'add', added });
    },
    remove(key) {
      aborts.current.get(key)?.abort();
      dispatch({ type: 'remove', key });
    },
    move: (key, by) => dispatch({ type: 'move', key, by }),
    again: (key) => dispatch({ type: 'state', key, state: { name: 'waiting' } }),
    clear() {
      aborts.current.forEach((abort) => abort.abort());
      dispatch({ type: 'clear' });
    },
  };
}

type Action =
  | { type: 'add'; added: readonly DraftFile[] }
  | { type: 'remove'; key: number }
  | { type: 'move'; key: number; by: -1 | 1 }
  | { type: 'state'; key: number; state: DraftFile['state'] }
  | { type: 'clear' };

function reduce(files: readonly DraftFile[], action: Action): readonly DraftFile[] {
  switch (action.type) {
    case 'add':
      return [...files, ...action.added];
    case 'remove':
      return files.filter(({ key }) => key !== action.key);
    case 'move':
      return moved(
        files,
        files.findIndex(({ key }) => key === action.key),
        action.by,
      );
    case 'state':
      return files.map((file) => (file.key === action.key ? { ...file, state: action.state } : file));
    case 'clear':
      return [];
  }
}
