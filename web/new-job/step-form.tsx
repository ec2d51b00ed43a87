import { useId } from 'react';
import { strings } from '../strings.ts';
import { Button } from '../ui/button.tsx';
import { Icon } from '../ui/icon.tsx';
import { givenOptions } from './check.ts';
import type { Problems } from './check.ts';
import type { DraftAction, DraftStep } from './draft.ts';
import { MoveButtons } from './move-buttons.tsx';
import { OptionField } from './option-field.tsx';
import type { Refusal } from './use-create-job.ts';

/** One step of the job in the making: its form, made from the step's declaration. */
export function StepForm({
  step,
  place,
  problems,
  refusals,
  dispatch,
}: {
  step: DraftStep;
  place: { first: boolean; last: boolean };
  problems: Problems;
  /** What the server says of this step; `field` begins with `['steps', index, name]`. */
  refusals: readonly Refusal[];
  dispatch(action: DraftAction): void;
}) {
  const { key, definition } = step;
  const options = givenOptions(step);
  const ofField = (name: string) => refusals.find(({ field }) => field[3] === name)?.message;
  const ofStep = refusals.filter(({ field }) => !options.some(({ name }) => name === field[3]));
  return (
    <li className="step">
      <div className="step-head">
        <h3>{definition.title}</h3>
        <MoveButtons name={definition.title} {...place} move={(by) => dispatch({ type: 'move', key, by })} />
        <Button
          kind="quiet"
          onClick={() => dispatch({ type: 'remove', key })}
          aria-label={strings.removeStep(definition.title)}
        >
          <Icon name="cross" />
        </Button>
      </div>
      <p className="faint">{definition.description}</p>
      {definition.exactlyOne && (
        <Choice step={step} choose={(option) => dispatch({ type: 'choose', key, option })} />
      )}
      <div className="fields">
        {options.map((option) => (
          <OptionField
            key={option.name}
            option={option}
            value={step.values[option.name] ?? ''}
            problem={problems[option.name] ?? ofField(option.name)}
            needed={option.required || definition.exactlyOne}
            alone={definition.exactlyOne}
            set={(value) => dispatch({ type: 'set', key, option: option.name, value })}
          />
        ))}
      </div>
      {ofStep.map(({ message }) => (
        <p className="refusal" role="alert" key={message}>
          {message}
        </p>
      ))}
    </li>
  );
}

function Choice({ step, choose }: { step: DraftStep; choose(option: string): void }) {
  const group = useId();
  return (
    <fieldset className="choice">
      <legend className="unseen">{strings.oneOf}</legend>
      {step.definition.options.map(({ name, title }) => (
        <label key={name}>
          <input type="radio" name={group} checked={step.chosen === name} onChange={() => choose(name)} />
          {title}
        </label>
      ))}
    </fieldset>
  );
}
