import { spoken } from '../format.ts';
import { strings } from '../strings.ts';
import { useSteps } from '../new-job/use-steps.ts';
import type { StepDefinition } from '../new-job/use-steps.ts';
import type { JobData } from './job-fields.ts';

/** What was asked, in the words of the steps' own declarations. */
export function StepsTaken({ steps }: { steps: JobData['steps'] }) {
  const { definitions } = useSteps();
  return (
    <section className="sheet">
      <h2>{strings.steps}</h2>
      <ol className="steps-taken">
        {steps.map((step, index) => {
          const definition = definitions.find(({ name }) => name === step.name);
          return (
            <li key={index}>
              <strong>{definition?.title ?? step.name}</strong>{' '}
              <span className="faint">{definition && described(definition, step.options)}</span>
            </li>
          );
        })}
      </ol>
    </section>
  );
}

/** Only what was set otherwise than by default. */
function described(definition: StepDefinition, json: string): string {
  const values = JSON.parse(json) as Record<string, unknown>;
  return definition.options
    .filter(({ name, default: usual }) => String(values[name] ?? '') !== (usual ?? ''))
    .map(
      ({ name, title, type }) =>
        `${title}: ${type === 'ENUM' ? spoken(String(values[name])) : shown(values[name])}`,
    )
    .join(' · ');
}

function shown(value: unknown): string {
  if (typeof value === 'boolean') return value ? strings.yes : strings.no;
  return Array.isArray(value) ? value.join(', ') : String(value);
}
