import { useEffect, useEffectEvent, useId, useRef, useState } from 'react';
import { strings } from '../strings.ts';
import { Button } from '../ui/button.tsx';
import { Icon } from '../ui/icon.tsx';
import { givenOptions } from './check.ts';
import type { Problems } from './check.ts';
import { shownDefault } from './draft.ts';
import type { DraftAction, DraftStep } from './draft.ts';
import { MoveControls } from './move-controls.tsx';
import type { Movable } from './move-controls.tsx';
import { OptionField } from './option-field.tsx';
import type { Refusal } from './use-create-job.ts';
import type { StepOption } from './use-steps.ts';
import './fields.css';

/** As many options show at once; the rest waits under “More options”. */
const shownAtOnce = 4;

/** One step of the job in the making: its form, made from the step's declaration. */
export function StepForm({
  step,
  problems,
  tried,
  refusals,
  dispatch,
  ...place
}: Movable & {
  step: DraftStep;
  problems: Problems;
  tried: boolean;
  /** What the server says of this step; `field` begins with `['steps', index, name]`. */
  refusals: readonly Refusal[];
  dispatch(action: DraftAction): void;
}) {
  const { key, definition, values } = step;
  const options = givenOptions(step);
  const hasChoice = definition.exactlyOne && definition.options.length > 1;
  const [left, setLeft] = useState<readonly string[]>([]);
  const item = useRef<HTMLLIElement>(null);
  const ofField = (name: string) => refusals.find(({ field }) => field[3] === name)?.message;
  const ofStep = refusals.filter(({ field }) => !options.some(({ name }) => name === field[3]));

  /** Said when a field is left, not while it is being typed; and what is empty only when a start was tried. */
  const problemOf = (name: string) =>
    (tried || (left.includes(name) && values[name]?.trim()) ? problems[name] : undefined) ?? ofField(name);
  const isSet = (option: StepOption) => (values[option.name] ?? '') !== shownDefault(option);
  const [main, more] = split(options);
  const open = more.some((option) => isSet(option) || problemOf(option.name) !== undefined);

  // A new step is to be filled in; one that was there before is not.
  const begin = useEffectEvent(() => {
    const field = item.current?.querySelector<HTMLElement>('input:not([type=checkbox]), select');
    if (place.index === place.count - 1 && !document.activeElement?.closest('.step')) field?.focus();
  });
  useEffect(() => begin(), []);

  const field = (option: StepOption) => (
    <OptionField
      key={option.name}
      option={option}
      value={values[option.name] ?? ''}
      problem={problemOf(option.name)}
      needed={option.required || definition.exactlyOne}
      alone={hasChoice}
      set={(value) => dispatch({ type: 'set', key, option: option.name, value })}
      leave={() => setLeft([...left, option.name])}
    />
  );

  return (
    <li className="step" ref={item}>
      <div className="step-head">
        <h3>{definition.title}</h3>
        <MoveControls name={definition.title} {...place} />
        <Button
          kind="quiet"
          onClick={() => dispatch({ type: 'remove', key })}
          aria-label={strings.removeStep(definition.title)}
        >
          <Icon name="cross" />
        </Button>
      </div>
      <p className="faint">{definition.description}</p>
      {hasChoice && <Choice step={step} choose={(option) => dispatch({ type: 'choose', key, option })} />}
      <div className="fields">{main.map(field)}</div>
      {more.length > 0 && (
        <details className="more" open={open || undefined}>
          <summary>{strings.moreOptions(more.length)}</summary>
          <div className="fields">{more.map(field)}</div>
        </details>
      )}
      {ofStep.map(({ message }) => (
        <p className="refusal" role="alert" key={message}>
          {message}
        </p>
      ))}
    </li>
  );
}

/** Those in front that are declared first; what must be given is never hidden, nor is one or two worth hiding. */
function split(options: readonly StepOption[]): [main: readonly StepOption[], more: readonly StepOption[]] {
  if (options.length <= shownAtOnce + 2) return [options, []];
  const main = options.filter(({ required }, index) => required || index < shownAtOnce);
  return [main, options.filter((option) => !main.includes(option))];
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
