import { useState } from 'react';
import { bytes } from '../format.ts';
import { strings } from '../strings.ts';
import { Button } from '../ui/button.tsx';
import { Icon } from '../ui/icon.tsx';
import { ProgressBar } from '../ui/progress-bar.tsx';
import { ChooseFiles, dropping } from './drop-zone.tsx';
import { MoveButtons } from './move-buttons.tsx';
import type { Refusal } from './use-create-job.ts';
import type { DraftFile, Uploads } from './use-uploads.ts';

/** The files of the job in the making; more can be dropped onto it. `refusals`: what the server says of the file at an index. */
export function FileList({
  uploads,
  refusals,
}: {
  uploads: Uploads;
  refusals(index: number): readonly Refusal[];
}) {
  const { files, add } = uploads;
  const [over, setOver] = useState(false);
  return (
    <section className={over ? 'documents over' : 'documents'} {...dropping(add, setOver)}>
      <div className="documents-head">
        <h2>{strings.document}</h2>
        <ChooseFiles add={add} label={strings.addFiles} kind="plain" />
      </div>
      <ol>
        {files.map((file, index) => (
          <li key={file.key}>
            <span className="file-name">{file.file.name}</span>
            <FileState file={file} />
            <span className="document-actions">
              {file.state.name === 'refused' && !file.state.mine && (
                <Button
                  kind="quiet"
                  onClick={() => uploads.again(file.key)}
                  aria-label={strings.retryUpload(file.file.name)}
                >
                  <Icon name="again" />
                </Button>
              )}
              {files.length > 1 && (
                <MoveButtons
                  name={file.file.name}
                  first={index === 0}
                  last={index === files.length - 1}
                  move={(by) => uploads.move(file.key, by)}
                />
              )}
              <Button
                kind="quiet"
                onClick={() => uploads.remove(file.key)}
                aria-label={strings.removeFile(file.file.name)}
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

function FileState({ file: { file, state } }: { file: DraftFile }) {
  switch (state.name) {
    case 'waiting':
      return <span className="faint">{strings.waiting}</span>;
    case 'sending':
      return (
        <span className="sending">
          <ProgressBar percent={state.part * 100} label={file.name} />
          <span className="faint">
            {state.part < 1 ? strings.uploading(Math.floor(state.part * 100)) : strings.checking}
          </span>
        </span>
      );
    case 'there': {
      const { pages } = state.uploaded;
      return (
        <span className="faint">
          {[pages !== null && strings.pages(pages), bytes(file.size)].filter(Boolean).join(' · ')}
        </span>
      );
    }
    case 'refused':
      return (
        <span className="refusal" role="alert">
          {state.message}
        </span>
      );
  }
}
