import { strings } from '../strings.ts';
import { Button } from '../ui/button.tsx';
import { Icon } from '../ui/icon.tsx';
import { useSteps } from './use-steps.ts';
import type { StepDefinition } from './use-steps.ts';
import './step-picker.css';

/** The steps that can be added. `first`: there is none yet. */
export function StepPicker({ add, first }: { add(definition: StepDefinition): void; first: boolean }) {
  const { definitions, failed, reload } = useSteps();
  return (
    <div className={first ? 'step-picker' : 'step-picker short'}>
      {!first && <h3 className="picker-title">{strings.addStep}</h3>}
      {failed && (
        <p className="refusal" role="alert">
          {strings.failedToLoad} <Button onClick={reload}>{strings.tryAgain}</Button>
        </p>
      )}
      <ul>
        {definitions.map((definition) => (
          <li key={definition.name}>
            <button type="button" onClick={() => add(definition)} title={definition.description}>
              {!first && <Icon name="plus" />}
              <strong>{definition.title}</strong>
              {first && <span>{definition.description}</span>}
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}
