import { strings } from '../strings.ts';
import { Button } from '../ui/button.tsx';
import { Icon } from '../ui/icon.tsx';

/** One place up, one place down, for the keyboard and the thumb. */
export function MoveButtons({
  name,
  first,
  last,
  move,
}: {
  name: string;
  first: boolean;
  last: boolean;
  move(by: -1 | 1): void;
}) {
  return (
    <>
      <Button kind="quiet" disabled={first} onClick={() => move(-1)} aria-label={strings.moveUp(name)}>
        <Icon name="up" />
      </Button>
      <Button kind="quiet" disabled={last} onClick={() => move(1)} aria-label={strings.moveDown(name)}>
        <Icon name="down" />
      </Button>
    </>
  );
}
