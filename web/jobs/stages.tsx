import { strings } from '../strings.ts';
import type { JobStage } from './job-fields.ts';

const stages = ['ANALYZING', 'SPLITTING', 'PROCESSING', 'MERGING', 'SAVING'] as const;
const order: readonly JobStage[] = ['QUEUED', ...stages, 'DONE'];

/** Where the job is on its way. `over`: it goes no further. */
export function Stages({ stage, over }: { stage: JobStage; over: boolean }) {
  const present = order.indexOf(stage);
  return (
    <ol className="stages">
      {stages.map((name, index) => {
        const here = !over && name === stage;
        return (
          <li
            key={name}
            className={index + 1 < present ? 'done' : here ? 'here' : undefined}
            aria-current={here ? 'step' : undefined}
          >
            {strings.stages[name]}
          </li>
        );
      })}
    </ol>
  );
}
