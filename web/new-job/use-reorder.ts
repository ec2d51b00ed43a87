import { useRef } from 'react';
import type { PointerEvent } from 'react';

interface Drag {
  items: HTMLElement[];
  from: number;
  to: number;
  startY: number;
  /** Middle and height of each item as they were, in pixels of the window. */
  places: { middle: number; height: number }[];
}

/**
 * Order by dragging: put the result's props on each item's grip. The buttons beside it do the same for the keyboard, and
 * for those who cannot drag. Items must be the children of one element.
 */
export function useReorder(move: (from: number, to: number) => void) {
  const drag = useRef<Drag | undefined>(undefined);

  function begin(event: PointerEvent<HTMLElement>) {
    const item = event.currentTarget.closest('li');
    if (!item?.parentElement || event.button !== 0) return;
    event.preventDefault();
    event.currentTarget.setPointerCapture(event.pointerId);
    const items = [...item.parentElement.children] as HTMLElement[];
    const from = items.indexOf(item);
    const places = items.map((one) => {
      const { top, height } = one.getBoundingClientRect();
      return { middle: top + scrollY + height / 2, height };
    });
    drag.current = { items, from, to: from, startY: event.clientY + scrollY, places };
    item.classList.add('dragged');
  }

  function follow(event: PointerEvent) {
    const held = drag.current;
    if (!held) return;
    const by = event.clientY + scrollY - held.startY;
    const { middle, height } = held.places[held.from]!;
    const passed = (place: { middle: number }) => middle + by > place.middle;
    held.to = held.places.filter((place, index) => index !== held.from && passed(place)).length;
    held.items.forEach((item, index) => {
      const shift =
        index === held.from
          ? by
          : index > held.from && index <= held.to
            ? -height
            : index < held.from && index >= held.to
              ? height
              : 0;
      item.style.transform = `translateY(${shift}px)`;
    });
  }

  function end(commit: boolean) {
    const held = drag.current;
    drag.current = undefined;
    if (!held) return;
    held.items[held.from]!.classList.remove('dragged');
    for (const item of held.items) item.style.transform = '';
    if (commit && held.from !== held.to) move(held.from, held.to);
  }

  return {
    onPointerDown: begin,
    onPointerMove: follow,
    onPointerUp: () => end(true),
    onPointerCancel: () => end(false),
  };
}
