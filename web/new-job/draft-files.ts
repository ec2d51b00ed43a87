import type { UploadedFile } from '../upload.ts';
import { moved } from './draft.ts';

/** A file of the job in the making, and where it is on its way to the server. */
export interface DraftFile {
  key: number;
  name: string;
  bytes: number;
  /** On this machine; undefined where only the server has it. */
  file: File | undefined;
  state:
    | { name: 'waiting' }
    /** `part`: 0 to 1 of the bytes sent. `stalled`: until the network is back. */
    | { name: 'sending'; part: number; stalled: boolean }
    | { name: 'paused'; part: number }
    | { name: 'there'; uploaded: UploadedFile }
    | { name: 'refused'; message: string; mine: boolean };
}

export type FilesAction =
  | { type: 'add'; files: readonly DraftFile[] }
  | { type: 'remove'; key: number }
  | { type: 'move'; from: number; to: number }
  | { type: 'state'; key: number; state: DraftFile['state'] }
  | { type: 'pause'; key: number }
  | { type: 'clear' };

export function changeFiles(files: readonly DraftFile[], action: FilesAction): readonly DraftFile[] {
  const change = (key: number, state: (file: DraftFile) => DraftFile['state']) =>
    files.map((file) => (file.key === key ? withState(file, state(file)) : file));
  switch (action.type) {
    case 'add':
      return [...files, ...action.files];
    case 'remove':
      return files.filter(({ key }) => key !== action.key);
    case 'move':
      return moved(files, action.from, action.to);
    case 'state':
      // The last progress of an upload may come after its pause.
      return change(action.key, ({ state }) =>
        state.name === 'paused' && action.state.name === 'sending' && action.state.part > 0
          ? state
          : action.state,
      );
    case 'pause':
      return change(action.key, ({ state }) => ({
        name: 'paused',
        part: state.name === 'sending' ? state.part : 0,
      }));
    case 'clear':
      return [];
  }
}

/** Once it is there it has the server's name for it: without marks that make it look like another. */
function withState(file: DraftFile, state: DraftFile['state']): DraftFile {
  return { ...file, name: state.name === 'there' ? state.uploaded.name : file.name, state };
}
