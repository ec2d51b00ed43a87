import type { Problems } from './check.ts';
import type { DraftAction, DraftStep } from './draft.ts';
import { StepForm } from './step-form.tsx';
import type { Refusal } from './use-create-job.ts';
import { useReorder } from './use-reorder.ts';
import './steps.css';

/** The steps of the job in the making, in order, each with its form. */
export function StepList({
  steps,
  problems,
  tried,
  refusals,
  dispatch,
}: {
  steps: readonly DraftStep[];
  problems: readonly Problems[];
  /** Start was pressed: what is missing is said, too. */
  tried: boolean;
  refusals(index: number): readonly Refusal[];
  dispatch(action: DraftAction): void;
}) {
  const move = (from: number, to: number) => dispatch({ type: 'move', from, to });
  const grip = useReorder(move);
  if (steps.length === 0) return null;
  return (
    <ol className="steps">
      {steps.map((step, index) => (
        <StepForm
          key={step.key}
          step={step}
          index={index}
          count={steps.length}
          grip={grip}
          move={move}
          problems={problems[index] ?? {}}
          tried={tried}
          refusals={refusals(index)}
          dispatch={dispatch}
        />
      ))}
    </ol>
  );
}
