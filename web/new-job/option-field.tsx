import { useId } from 'react';
import type { ReactNode } from 'react';
import { spoken } from '../format.ts';
import { strings } from '../strings.ts';
import { ChoicesOption } from './choices-option.tsx';
import { FileOption } from './file-option.tsx';
import { isPositions, PositionOption } from './position-option.tsx';
import type { StepOption } from './use-steps.ts';

interface Field {
  option: StepOption;
  value: string;
  set(value: string): void;
  /** What every kind of field carries: its id, its description, whether it is wrong. */
  common: Record<string, unknown>;
}

/** One option of a step as a form field, with what is wrong beside it. */
export function OptionField({
  option,
  value,
  problem,
  needed,
  alone,
  set,
  leave,
}: {
  option: StepOption;
  value: string;
  problem: string | undefined;
  needed: boolean;
  /** Named already by the choice above it. */
  alone: boolean;
  set(value: string): void;
  /** The field is left for another. */
  leave(): void;
}) {
  const id = useId();
  const common = {
    id,
    'aria-describedby': `${id}-hint`,
    'aria-invalid': problem !== undefined,
    'aria-required': needed,
    onChange: (event: { target: { value: string } }) => set(event.target.value),
    onBlur: () => afterClick(leave),
  };
  const grouped = (option.type === 'ENUM' && isPositions(option)) || isChoices(option);
  // Said with the choice: a box to tick would ask for it again.
  const said = alone && option.type === 'BOOLEAN';
  return (
    <div className={option.type === 'BOOLEAN' && !said ? 'field check' : 'field'}>
      {!said && (
        <label htmlFor={grouped ? undefined : id} id={`${id}-label`} className={alone ? 'unseen' : undefined}>
          {option.title}
          {!needed && option.default === null && option.type !== 'BOOLEAN' && (
            <span className="faint"> {strings.optional}</span>
          )}
        </label>
      )}
      {!said && control({ option, value, set, common })}
      <p className="hint" id={`${id}-hint`}>
        {problem && (
          <span className="refusal">
            {problem}
            <br />
          </span>
        )}
        <span className="faint">{hint(option)}</span>
      </p>
    </div>
  );
}

/** What a click is meant for must not move under it, as it does where a field complains the moment it is left. */
function afterClick(action: () => void): void {
  if (!document.querySelector(':active')) return action();
  addEventListener('mouseup', () => setTimeout(action), { once: true });
}

function control({ option, value, set, common }: Field): ReactNode {
  // What a field without a text of its own may carry.
  const { 'aria-required': _, 'aria-invalid': invalid, ...bare } = common;
  switch (option.type) {
    case 'BOOLEAN':
      return (
        <input
          {...bare}
          type="checkbox"
          checked={value === 'true'}
          onChange={() => set(value === 'true' ? '' : 'true')}
        />
      );
    case 'ENUM':
      if (isPositions(option))
        return <PositionOption labelledBy={`${String(common['id'])}-label`} value={value} set={set} />;
      return (
        <select {...common} value={value}>
          {option.default === null && <option value="">{strings.notSet}</option>}
          {option.values?.map((name) => (
            <option key={name} value={name}>
              {spoken(name)}
            </option>
          ))}
        </select>
      );
    case 'COLOR':
      return <input {...bare} type="color" value={value || '#000000'} />;
    case 'FILE':
      return <FileOption id={String(common['id'])} invalid={Boolean(invalid)} value={value} set={set} />;
    case 'INT':
    case 'FLOAT':
      // Not `type=number`: that swallows what it cannot read, and turns with the wheel.
      return (
        <input
          {...common}
          value={value}
          inputMode={
            option.min !== null && option.min >= 0 ? (option.type === 'INT' ? 'numeric' : 'decimal') : 'text'
          }
          autoComplete="off"
        />
      );
    case 'OBJECT':
      // A form does not ask for it, see `use-steps.ts`.
      return null;
    case 'PAGES':
    case 'STRING':
      if (isChoices(option) && option.values)
        return (
          <ChoicesOption
            labelledBy={`${String(common['id'])}-label`}
            values={option.values}
            value={value}
            set={set}
          />
        );
      if (option.multiline)
        return (
          <textarea {...common} value={value} dir="auto" rows={Math.min(8, value.split('\n').length + 1)} />
        );
      return (
        <input
          {...common}
          value={value}
          dir="auto"
          autoComplete="off"
          autoCapitalize={option.type === 'PAGES' ? 'off' : undefined}
          spellCheck={option.type === 'STRING'}
        />
      );
  }
}

/** Whether an option takes several of a few values. */
function isChoices({ list, values }: StepOption): boolean {
  return list && values !== null && values.length > 0;
}

function hint(option: StepOption): string {
  const { type, list, description } = option;
  if (type === 'PAGES') return `${description} ${strings.pagesHint}`;
  return list && !isChoices(option) ? `${description} ${strings.listHint}` : description;
}
