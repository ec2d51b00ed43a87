import { spoken } from '../format.ts';
import { strings } from '../strings.ts';
import { useSteps } from '../new-job/use-steps.ts';
import type { StepDefinition } from '../new-job/use-steps.ts';
import { Icon } from '../ui/icon.tsx';
import type { JobData } from './job-fields.ts';
import './pipeline.css';

/** The way of the documents through the steps, in the words of the steps' own declarations. */
export function Pipeline({ job }: { job: JobData }) {
  const { definitions } = useSteps();
  const done = job.progress.stepsDone;
  return (
    <section className="pipeline-picture" aria-label={strings.steps}>
      <span className="end">{strings.files(job.inputs.length)}</span>
      <ol>
        {job.steps.map((step, index) => {
          const definition = definitions.find(({ name }) => name === step.name);
          const options = definition ? described(definition, step.options) : '';
          return (
            <li key={index} className={index < done ? 'done' : undefined}>
              <Icon name="right" />
              <span className="station">
                <strong>
                  {index < done && <Icon name="check" />}
                  {definition?.title ?? step.name}
                  {index < done && <span className="unseen">, {strings.done}</span>}
                </strong>
                {options && <span className="faint">{options}</span>}
              </span>
            </li>
          );
        })}
      </ol>
      <span className={job.state === 'COMPLETED' ? 'arrival done' : 'arrival'}>
        <Icon name="right" />
        <span className="end">
          {job.outputs.length > 0 ? strings.resultCount(job.outputs.length) : strings.result}
        </span>
      </span>
    </section>
  );
}

/** Only what was set otherwise than by default. */
function described(definition: StepDefinition, json: string): string {
  const values = JSON.parse(json) as Record<string, OptionValue | undefined>;
  return definition.options
    .filter(
      ({ name, type, default: usual }) => type !== 'FILE' && String(values[name] ?? '') !== (usual ?? ''),
    )
    .map(({ name, title, type }) =>
      type === 'ENUM' ? `${title}: ${spoken(String(values[name]))}` : `${title}: ${shown(values[name])}`,
    )
    .join(', ');
}

type OptionValue = string | number | boolean | readonly string[];

/** A thousand pages can be named one by one. */
const mostShown = 200;

function shown(value: OptionValue | undefined): string {
  if (typeof value === 'boolean') return value ? strings.yes : strings.no;
  const text = Array.isArray(value) ? value.join(', ') : String(value);
  return text.length > mostShown ? `${text.slice(0, mostShown)}…` : text;
}
