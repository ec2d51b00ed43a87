import { useRef, useState } from 'react';
import type { ChangeEvent, DragEvent } from 'react';
import { useQuery } from 'urql';
import { bytes } from '../format.ts';
import { graphql } from '../graphql.ts';
import { strings } from '../strings.ts';
import { Button } from '../ui/button.tsx';
import '../ui/leaves.css';

const limits = graphql(`
  query Limits {
    viewer {
      id
      limits {
        maxFileBytes
        maxPages
        retentionHours
      }
    }
  }
`);

/**
 * Where files are dropped or chosen; with what is taken, and for how long it is kept. `near`: someone is about to, so that
 * what comes next can be loaded.
 */
export function DropZone({ add, near }: { add(files: Iterable<File>): void; near(): void }) {
  const [{ data }] = useQuery({ query: limits });
  const [over, setOver] = useState(false);
  return (
    <section
      className={over ? 'drop-zone over' : 'drop-zone'}
      aria-label={strings.newJob}
      onPointerEnter={near}
      onFocus={near}
      onDragEnter={near}
      {...dropping(add, setOver)}
    >
      <span className="book" aria-hidden="true">
        <span>
          {Array.from({ length: 8 }, (_, index) => (
            <i key={index} />
          ))}
        </span>
      </span>
      <p className="drop-title">{over ? strings.dropOver : strings.drop}</p>
      <p className="drop-choice">
        {strings.or} <ChooseFiles add={add} label={strings.choose} kind="primary" />
      </p>
      <p className="faint">
        {data
          ? strings.limits(
              bytes(data.viewer.limits.maxFileBytes),
              data.viewer.limits.maxPages,
              data.viewer.limits.retentionHours,
            )
          : '\u00a0'}
      </p>
    </section>
  );
}

/** A button that opens the file picker. */
export function ChooseFiles({
  add,
  label,
  kind,
}: {
  add(files: Iterable<File>): void;
  label: string;
  kind: 'primary' | 'plain';
}) {
  const input = useRef<HTMLInputElement>(null);

  function chosen(event: ChangeEvent<HTMLInputElement>) {
    add([...(event.target.files ?? [])]);
    // So that the same file, mended, can be chosen again.
    event.target.value = '';
  }

  return (
    <>
      <input ref={input} type="file" accept={accepted} multiple hidden onChange={chosen} />
      <Button kind={kind} onClick={() => input.current?.click()}>
        {label}
      </Button>
    </>
  );
}

/** Makes an element a place to drop files; `over` hears whether something is held above it. */
export function dropping(add: (files: Iterable<File>) => void, over: (is: boolean) => void) {
  return {
    onDragOver(event: DragEvent) {
      event.preventDefault();
      over(true);
    },
    onDragLeave(event: DragEvent) {
      // Moving onto a child leaves nothing.
      if (!event.currentTarget.contains(event.relatedTarget as Node | null)) over(false);
    },
    onDrop(event: DragEvent) {
      event.preventDefault();
      over(false);
      add(event.dataTransfer.files);
    },
  };
}

const accepted = 'application/pdf,.pdf,image/png,image/jpeg';
