import { useEffect, useReducer, useState } from 'react';
import type { FormEvent } from 'react';
import { strings } from '../strings.ts';
import { Button } from '../ui/button.tsx';
import { check } from './check.ts';
import { changeDraft, emptyDraft } from './draft.ts';
import type { DraftAction } from './draft.ts';
import { DropZone } from './drop-zone.tsx';
import { FileList } from './file-list.tsx';
import { StepForm } from './step-form.tsx';
import { StepPicker } from './step-picker.tsx';
import { useCreateJob } from './use-create-job.ts';
import { useUploads } from './use-uploads.ts';
import type { DraftFile, Uploads } from './use-uploads.ts';
import './new-job.css';

/** From files and steps to a job. */
export function NewJob() {
  const [draft, dispatch] = useReducer(changeDraft, undefined, emptyDraft);
  const uploads = useUploads();
  const { create, busy, refusals, forget } = useCreateJob();
  const [tried, setTried] = useState(false);
  /** Start was pressed; the job begins when the last file is there. */
  const [wanted, setWanted] = useState(false);

  const problems = draft.steps.map(check);
  const obstacle = obstacleOf(uploads.files, draft.steps.length);
  const ready = uploads.files.every(({ state }) => state.name === 'there');

  useEffect(() => {
    if (!wanted || !ready) return;
    setWanted(false);
    void create(
      uploads.files.flatMap(({ state }) => (state.name === 'there' ? [state.uploaded.id] : [])),
      draft,
    );
  }, [wanted, ready]);

  function change(action: DraftAction) {
    dispatch(action);
    forget();
    setWanted(false);
  }

  /** Any change of the files, too, is another job. */
  const files = announcing(uploads, () => change({ type: 'files-changed' }));

  function submit(event: FormEvent) {
    event.preventDefault();
    setTried(true);
    setWanted(!obstacle && problems.every((found) => Object.keys(found).length === 0));
  }

  const refusalsAt = (...path: string[]) =>
    refusals.filter(({ field }) => path.every((part, index) => field[index] === part));
  const others = refusals.filter(
    ({ field }) => !['fileIds', 'steps'].includes(field[0] ?? '') || field.length < 2,
  );

  if (uploads.files.length === 0) return <DropZone add={files.add} />;
  return (
    <form className="sheet new-job" onSubmit={submit} noValidate aria-label={strings.newJob}>
      <FileList uploads={files} refusals={(index) => refusalsAt('fileIds', String(index))} />
      {draft.steps.length > 0 && (
        <ol className="steps">
          {draft.steps.map((step, index) => (
            <StepForm
              key={step.key}
              step={step}
              place={{ first: index === 0, last: index === draft.steps.length - 1 }}
              problems={tried ? (problems[index] ?? {}) : {}}
              refusals={refusalsAt('steps', String(index))}
              dispatch={change}
            />
          ))}
        </ol>
      )}
      <StepPicker
        add={(definition) => change({ type: 'add', definition })}
        first={draft.steps.length === 0}
      />
      <div className="new-job-end">
        {tried && obstacle && (
          <p className="refusal" role="alert">
            {obstacle}
          </p>
        )}
        {others.map(({ message }) => (
          <p className="refusal" role="alert" key={message}>
            {message}
          </p>
        ))}
        <Button
          kind="quiet"
          onClick={() => {
            files.clear();
            setTried(false);
            change({ type: 'clear' });
          }}
        >
          {strings.clear}
        </Button>
        <Button kind="primary" type="submit" disabled={busy || wanted}>
          {wanted ? strings.startingSoon : busy ? strings.starting : strings.start}
        </Button>
      </div>
    </form>
  );
}

/** What stands in the way of starting, apart from the forms. */
function obstacleOf(files: readonly DraftFile[], steps: number): string | undefined {
  if (files.some(({ state }) => state.name === 'refused')) return strings.refusedFiles;
  if (steps === 0) return strings.needStep;
  return undefined;
}

function announcing(uploads: Uploads, changed: () => void): Uploads {
  const and =
    <A extends unknown[]>(action: (...args: A) => void) =>
    (...args: A) => {
      action(...args);
      changed();
    };
  return {
    files: uploads.files,
    add: and(uploads.add),
    remove: and(uploads.remove),
    move: and(uploads.move),
    again: and(uploads.again),
    clear: and(uploads.clear),
  };
}
