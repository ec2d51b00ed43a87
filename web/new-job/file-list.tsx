import { useState } from 'react';
import { bytes } from '../format.ts';
import { strings } from '../strings.ts';
import { Button } from '../ui/button.tsx';
import { Icon } from '../ui/icon.tsx';
import { ProgressBar } from '../ui/progress-bar.tsx';
import type { DraftFile } from './draft-files.ts';
import { ChooseFiles, dropping } from './drop-zone.tsx';
import { MoveControls } from './move-controls.tsx';
import { Thumbnail } from './thumbnail.tsx';
import type { Refusal } from './use-create-job.ts';
import { useReorder } from './use-reorder.ts';
import type { Uploads } from './use-uploads.ts';
import './documents.css';

/** The files of the job in the making; more can be dropped onto it. `refusals`: what the server says of the file at an index. */
export function FileList({
  uploads,
  refusals,
}: {
  uploads: Uploads;
  refusals(index: number): readonly Refusal[];
}) {
  const { files, add, move } = uploads;
  const [over, setOver] = useState(false);
  const grip = useReorder(move);
  return (
    <section className={over ? 'documents over' : 'documents'} {...dropping(add, setOver)}>
      <div className="documents-head">
        <h2>{strings.document}</h2>
        <ChooseFiles
          add={add}
          label={files.length === 0 ? strings.chooseFiles : strings.addFiles}
          kind="plain"
        />
      </div>
      {files.length === 0 && <p className="faint">{strings.needFileFirst}</p>}
      <ol>
        {files.map((file, index) => (
          <li key={file.key} className="document">
            <Thumbnail file={file} />
            <span className="file-name">{file.name}</span>
            <FileState file={file} />
            <span className="document-actions">
              <UploadControl file={file} uploads={uploads} />
              <MoveControls name={file.name} index={index} count={files.length} grip={grip} move={move} />
              <Button
                kind="quiet"
                onClick={() => uploads.remove(file.key)}
                aria-label={strings.removeFile(file.name)}
              >
                <Icon name="cross" />
              </Button>
            </span>
            {refusals(index).map(({ message }) => (
              <p className="refusal" role="alert" key={message}>
                {message}
              </p>
            ))}
          </li>
        ))}
      </ol>
      {files.length > 1 && <p className="faint">{strings.documentOrder}</p>}
    </section>
  );
}

/** Pauses what is being sent, goes on with what is paused, tries again what may succeed. */
function UploadControl({ file: { key, name, state }, uploads }: { file: DraftFile; uploads: Uploads }) {
  if (state.name === 'sending' && state.part < 1)
    return (
      <Button kind="quiet" onClick={() => uploads.pause(key)} aria-label={strings.pauseUpload(name)}>
        <Icon name="pause" />
      </Button>
    );
  if (state.name === 'paused' || (state.name === 'refused' && !state.mine))
    return (
      <Button
        kind="quiet"
        onClick={() => uploads.resume(key)}
        aria-label={state.name === 'paused' ? strings.resumeUpload(name) : strings.retryUpload(name)}
      >
        <Icon name={state.name === 'paused' ? 'play' : 'again'} />
      </Button>
    );
  return null;
}

function FileState({ file: { name, bytes: size, state } }: { file: DraftFile }) {
  switch (state.name) {
    case 'waiting':
      return <span className="file-state faint">{strings.waiting}</span>;
    case 'sending':
    case 'paused':
      return (
        <span className="file-state sending">
          <ProgressBar percent={state.part * 100} label={name} />
          <span className="faint">{sendingWords(state)}</span>
        </span>
      );
    case 'there': {
      const { pages } = state.uploaded;
      return (
        <span className="file-state faint">
          {[pages !== null && strings.pages(pages), bytes(size)].filter(Boolean).join(' · ')}
        </span>
      );
    }
    case 'refused':
      return (
        <span className="file-state refusal" role="alert">
          {state.message}
        </span>
      );
  }
}

function sendingWords(state: Extract<DraftFile['state'], { part: number }>): string {
  const percent = strings.uploading(Math.floor(state.part * 100));
  if (state.name === 'paused') return `${percent}, ${strings.paused}`;
  if (state.stalled) return strings.stalled;
  return state.part < 1 ? percent : strings.checking;
}
