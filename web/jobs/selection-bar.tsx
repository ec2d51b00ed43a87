import { useState } from 'react';
import { strings } from '../strings.ts';
import { Button } from '../ui/button.tsx';
import { ask } from '../ui/question.tsx';
import { isFinished } from './job-fields.ts';
import type { JobRowData } from './job-fields.ts';
import { useJobMutations } from './use-job-mutations.ts';
import type { JobList } from './use-job-list.ts';
import type { Selection } from './use-selection.ts';

/** What can be done to all chosen jobs at once; says how many each action concerns. */
export function SelectionBar({ selection, list }: { selection: Selection; list: JobList }) {
  const { cancel, retry, remove } = useJobMutations();
  const [busy, setBusy] = useState(false);
  const [said, setSaid] = useState('');
  const jobs = [...selection.ids].flatMap((id) => list.store.job(id) ?? []);
  const unfinished = jobs.filter(({ state }) => state === 'QUEUED' || state === 'RUNNING');
  const finished = jobs.filter(({ state }) => isFinished(state));

  async function run(
    chosen: readonly JobRowData[],
    action: (id: string) => Promise<{ problem?: string | undefined }>,
  ) {
    setBusy(true);
    const problems = await eachOf(chosen, async ({ id }) => (await action(id)).problem);
    setBusy(false);
    setSaid(strings.didToAll(chosen.length - problems.length, problems));
    selection.set([]);
  }

  async function removeAll() {
    if (await ask(strings.removeAllQuestion(jobs.length), strings.remove)) await run(jobs, remove);
  }

  return (
    <>
      <p className="unseen" role="status">
        {said}
      </p>
      {said.includes('\n') && <p className="refusal">{said}</p>}
      {jobs.length > 0 && (
        <div className="selection-bar" role="group" aria-label={strings.selected(jobs.length)}>
          <strong>{strings.selected(jobs.length)}</strong>
          {jobs.length < list.order.length && (
            <Button kind="quiet" onClick={() => selection.set(list.order)}>
              {strings.selectAll(list.order.length)}
            </Button>
          )}
          <span className="selection-actions">
            {unfinished.length > 0 && (
              <Button disabled={busy} onClick={() => void run(unfinished, cancel)}>
                {strings.ofCount(strings.cancel, unfinished.length)}
              </Button>
            )}
            {finished.length > 0 && (
              <Button disabled={busy} onClick={() => void run(finished, retry)}>
                {strings.ofCount(strings.retry, finished.length)}
              </Button>
            )}
            <Button disabled={busy} onClick={() => void removeAll()}>
              {strings.ofCount(strings.remove, jobs.length)}
            </Button>
            <Button kind="quiet" onClick={() => selection.set([])}>
              {strings.selectNone}
            </Button>
          </span>
        </div>
      )}
    </>
  );
}

/** Four at a time; the problems that there were. */
async function eachOf<T>(
  items: readonly T[],
  action: (item: T) => Promise<string | undefined>,
): Promise<string[]> {
  const problems: string[] = [];
  const left = [...items];
  async function work(): Promise<void> {
    for (let item = left.shift(); item !== undefined; item = left.shift()) {
      const problem = await action(item);
      if (problem) problems.push(problem);
    }
  }
  await Promise.all([work(), work(), work(), work()]);
  return problems;
}
