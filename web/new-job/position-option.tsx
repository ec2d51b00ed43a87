import { useId } from 'react';
import { spoken } from '../format.ts';
import type { StepOption } from './use-steps.ts';

/** In the order in which they are read. */
const places = [
  ['TOP_LEFT', 'TOP_CENTER', 'TOP_RIGHT'],
  ['CENTER_LEFT', 'CENTER', 'CENTER_RIGHT'],
  ['BOTTOM_LEFT', 'BOTTOM_CENTER', 'BOTTOM_RIGHT'],
].flat();

/** Whether an option's values are the nine places of a page. */
export function isPositions({ values }: StepOption): boolean {
  return values?.length === places.length && places.every((place) => values.includes(place));
}

/** The nine places of a page, to be pointed at. */
export function PositionOption({
  labelledBy,
  value,
  set,
}: {
  labelledBy: string;
  value: string;
  set(value: string): void;
}) {
  const group = useId();
  return (
    <span className="positions">
      <span className="position-sheet" role="radiogroup" aria-labelledby={labelledBy}>
        {places.map((place) => (
          <input
            key={place}
            type="radio"
            name={group}
            aria-label={spoken(place)}
            title={spoken(place)}
            checked={place === value}
            onChange={() => set(place)}
          />
        ))}
      </span>
      <span className="faint" aria-hidden="true">
        {spoken(value)}
      </span>
    </span>
  );
}
