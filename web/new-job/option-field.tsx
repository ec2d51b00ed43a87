import { useId } from 'react';
import type { ReactNode } from 'react';
import { spoken } from '../format.ts';
import { strings } from '../strings.ts';
import type { StepOption } from './use-steps.ts';

/** One option of a step as a form field, with what is wrong beside it. */
export function OptionField({
  option,
  value,
  problem,
  needed,
  alone,
  set,
}: {
  option: StepOption;
  value: string;
  problem: string | undefined;
  needed: boolean;
  /** Named already by the choice above it. */
  alone: boolean;
  set(value: string): void;
}) {
  const id = useId();
  const common = {
    id,
    'aria-describedby': `${id}-hint`,
    'aria-invalid': problem !== undefined,
    'aria-required': needed,
    onChange: (event: { target: { value: string } }) => set(event.target.value),
  };
  return (
    <div className={option.type === 'BOOLEAN' ? 'field check' : 'field'}>
      <label htmlFor={id} className={alone ? 'unseen' : undefined}>
        {option.title}
        {!needed && option.default === null && option.type !== 'BOOLEAN' && (
          <span className="faint"> {strings.optional}</span>
        )}
      </label>
      {control(option, value, common, set)}
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

function control(option: StepOption, value: string, common: object, set: (value: string) => void): ReactNode {
  switch (option.type) {
    case 'BOOLEAN':
      return (
        <input
          {...common}
          type="checkbox"
          checked={value === 'true'}
          onChange={() => set(value === 'true' ? '' : 'true')}
        />
      );
    case 'ENUM':
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
      return <input {...common} type="color" value={value || '#000000'} />;
    case 'INT':
    case 'FLOAT':
      // Not `type=number`: that swallows what it cannot read, and turns with the wheel.
      return (
        <input
          {...common}
          value={value}
          inputMode={option.type === 'INT' ? 'numeric' : 'decimal'}
          autoComplete="off"
        />
      );
    case 'PAGES':
    case 'STRING':
      return <input {...common} value={value} autoComplete="off" spellCheck={option.type === 'STRING'} />;
  }
}

function hint({ type, list, description }: StepOption): string {
  if (type === 'PAGES') return `${description} ${strings.pagesHint}`;
  return list ? `${description} ${strings.listHint}` : description;
}
