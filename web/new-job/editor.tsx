import { useEffect, useEffectEvent, useReducer, useRef, useState } from 'react';
import type { FormEvent } from 'react';
import { jobPath, navigate } from '../router.ts';
import { strings } from '../strings.ts';
import { Button } from '../ui/button.tsx';
import { check } from './check.ts';
import { changeDraft, emptyDraft, newStep } from './draft.ts';
import type { DraftAction } from './draft.ts';
import type { DraftFile } from './draft-files.ts';
import { FileList } from './file-list.tsx';
import { JobTextFields } from './job-text-fields.tsx';
import { jobTextNames } from './job-texts.ts';
import type { JobTexts } from './job-texts.ts';
import { Preview } from './preview.tsx';
import { RecipeBar } from './recipe-bar.tsx';
import { fromInputs, toRecipe } from './step-input.ts';
import type { StepInput } from './step-input.ts';
import { StepList } from './step-list.tsx';
import { StepPicker } from './step-picker.tsx';
import { keep } from './use-beginning.ts';
import { useCreateJob } from './use-create-job.ts';
import { useSteps } from './use-steps.ts';
import type { Uploads } from './use-uploads.ts';
import './editor.css';

/** The job in the making: its documents, its steps, and what they will do to the first page. */
export default function Editor({
  uploads,
  beginning,
  texts = {},
  over,
}: {
  uploads: Uploads;
  /** Steps to begin with. */
  beginning: readonly StepInput[];
  texts: JobTexts | undefined;
  /** Nothing of it shall stay. */
  over(): void;
}) {
  const [draft, dispatch] = useReducer(changeDraft, undefined, emptyDraft);
  const { definitions } = useSteps();
  const { create, busy, refusals, forget } = useCreateJob();
  const [tried, setTried] = useState(false);
  /** What was there when Start was pressed; the job begins when the last file is there, if nothing was changed since. */
  const [wanted, setWanted] = useState<{ key: string }>();
  const isWanted = wanted?.key === draft.idempotencyKey;
  const form = useRef<HTMLFormElement>(null);

  const problems = draft.steps.map(check);
  const obstacle = obstacleOf(uploads.files, draft.steps.length);
  const there = uploads.files.flatMap(({ state }) => (state.name === 'there' ? [state.uploaded] : []));
  const ready = there.length === uploads.files.length;
  const waits = isWanted && !ready;
  const known = definitions.length > 0;

  const begin = useEffectEvent(() => {
    if (beginning.length > 0) dispatch({ type: 'replace', steps: fromInputs(definitions, beginning) });
    dispatch({ type: 'describe', texts });
    // The button that brought us here is gone; the keyboard goes on with what comes next.
    form.current?.querySelector<HTMLElement>('.step-picker button')?.focus({ preventScroll: true });
  });
  useEffect(() => {
    if (known) begin();
  }, [known]);

  const hold = useEffectEvent(() => {
    if (known) keep({ steps: draft.steps.map(toRecipe), files: there, texts: draft.texts });
  });
  useEffect(() => hold(), [draft.steps, draft.texts, uploads.files]);

  const start = useEffectEvent(async () => {
    const id = await create(
      there.map((file) => file.id),
      draft,
    );
    if (!id) return;
    keep(undefined);
    navigate(jobPath(id));
  });
  useEffect(() => {
    if (isWanted && ready) void start();
  }, [wanted, isWanted, ready]);

  useEffect(() => {
    if (tried || refusals.length > 0)
      form.current?.querySelector<HTMLElement>('[aria-invalid=true]')?.focus();
  }, [tried, refusals]);

  function change(action: DraftAction) {
    dispatch(action);
    forget();
  }

  /** Any change of the files, too, is another job. */
  const files: Uploads = {
    ...uploads,
    add: (chosen) => changeFiles(() => uploads.add(chosen)),
    remove: (key) => changeFiles(() => uploads.remove(key)),
    move: (from, to) => changeFiles(() => uploads.move(from, to)),
  };

  function changeFiles(make: () => void) {
    make();
    change({ type: 'files-changed' });
  }

  function submit(event: FormEvent) {
    event.preventDefault();
    setTried(true);
    const canStart = !obstacle && problems.every((found) => Object.keys(found).length === 0);
    setWanted(canStart ? { key: draft.idempotencyKey } : undefined);
  }

  const refusalsAt = (...path: string[]) =>
    refusals.filter(({ field }) => path.every((part, index) => field[index] === part));
  const others = refusals.filter(
    ({ field: [first = '', ...rest] }) =>
      !jobTextNames.some((name) => name === first) &&
      (!['fileIds', 'steps'].includes(first) || rest.length === 0),
  );

  return (
    <form className="sheet new-job" onSubmit={submit} noValidate aria-label={strings.newJob} ref={form}>
      <div className="new-job-work">
        <FileList uploads={files} refusals={(index) => refusalsAt('fileIds', String(index))} />
        <section className="pipeline">
          <h2>{draft.steps.length === 0 ? strings.whatToDo : strings.steps}</h2>
          <StepList
            steps={draft.steps}
            problems={problems}
            tried={tried}
            refusals={(index) => refusalsAt('steps', String(index))}
            dispatch={change}
          />
          <StepPicker
            add={(definition) => change({ type: 'add', step: newStep(definition) })}
            first={draft.steps.length === 0}
          />
          <RecipeBar
            steps={draft.steps}
            use={(steps) => change({ type: 'replace', steps: fromInputs(definitions, steps) })}
          />
        </section>
        {draft.steps.length > 0 && (
          <JobTextFields
            texts={draft.texts}
            refusals={refusalsAt}
            set={(described) => change({ type: 'describe', texts: described })}
          />
        )}
      </div>
      <Preview file={uploads.files.find(({ state }) => state.name !== 'refused')} steps={draft.steps} />
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
            keep(undefined);
            over();
          }}
        >
          {strings.clear}
        </Button>
        <Button kind="primary" type="submit" disabled={busy || waits}>
          {busy ? strings.starting : waits ? strings.startingSoon : strings.start}
        </Button>
      </div>
    </form>
  );
}

/** What stands in the way of starting, apart from the forms. */
function obstacleOf(files: readonly DraftFile[], steps: number): string | undefined {
  if (files.length === 0) return strings.needFile;
  if (files.some(({ state }) => state.name === 'refused')) return strings.refusedFiles;
  if (files.some(({ state }) => state.name === 'paused')) return strings.pausedFiles;
  if (steps === 0) return strings.needStep;
  return undefined;
}
