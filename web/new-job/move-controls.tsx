import { useState } from 'react';
import { strings } from '../strings.ts';
import { Button } from '../ui/button.tsx';
import { Icon } from '../ui/icon.tsx';
import type { useReorder } from './use-reorder.ts';
import './order.css';

/** Where an item is in its list, and how it gets elsewhere. */
export interface Movable {
  index: number;
  count: number;
  grip: ReturnType<typeof useReorder>;
  move(from: number, to: number): void;
}

/** A grip to drag by, and one place up and down for the keyboard and the thumb. Nothing where there is no order. */
export function MoveControls({ name, index, count, grip, move }: Movable & { name: string }) {
  const [said, setSaid] = useState('');
  if (count < 2) return null;

  function step(by: -1 | 1) {
    const to = index + by;
    if (to < 0 || to >= count) return;
    move(index, to);
    setSaid(strings.movedTo(name, to + 1, count));
    // The button moves with its item, which costs it the focus.
    const pressed = document.activeElement as HTMLElement | null;
    requestAnimationFrame(() => pressed?.focus());
  }

  return (
    <span className="move">
      <Button
        kind="quiet"
        aria-disabled={index === 0}
        onClick={() => step(-1)}
        aria-label={strings.moveUp(name)}
      >
        <Icon name="up" />
      </Button>
      <Button
        kind="quiet"
        aria-disabled={index === count - 1}
        onClick={() => step(1)}
        aria-label={strings.moveDown(name)}
      >
        <Icon name="down" />
      </Button>
      <span className="grip" title={strings.drag} {...grip} aria-hidden="true">
        <Icon name="grip" />
      </span>
      <span className="unseen" role="status">
        {said}
      </span>
    </span>
  );
}
