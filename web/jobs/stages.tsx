import { strings } from '../strings.ts';
import type { JobStage } from './job-fields.ts';
import './stages.css';

const stages = ['ANALYZING', 'SPLITTING', 'PROCESSING', 'MERGING', 'SAVING'] as const;
const order: readonly JobStage[] = ['QUEUED', ...stages, 'DONE'];

/** Where the job is on its way, as stations on a line. `over`: it goes no further. */
export function Stages({ stage, over }: { stage: JobStage; over: boolean }) {
  const present = order.indexOf(stage);
  return (
    <ol className="stages" aria-label={strings.stagesLabel}>
      {stages.map((name, index) => {
        const here = name === stage;
        const state = index + 1 < present ? 'done' : here ? (over ? 'stopped' : 'here') : undefined;
        return (
          <li key={name} className={state} aria-current={here && !over ? 'step' : undefined}>
            {strings.stages[name]}
          </li>
        );
      })}
    </ol>
  );
}
