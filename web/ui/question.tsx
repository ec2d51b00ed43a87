import { useEffect, useId, useRef, useSyncExternalStore } from 'react';
import { strings } from '../strings.ts';
import { Button } from './button.tsx';
import './question.css';

/** What is asked before something that cannot be undone. */
interface Question {
  text: string;
  /** The name of what will be done. */
  action: string;
  answer(agreed: boolean): void;
}

let asked: Question | undefined;
const listeners = new Set<() => void>();

/** Resolves to whether the visitor wants it done. Unlike the browser's own question it stops nothing that is live. */
export function ask(text: string, action: string): Promise<boolean> {
  return new Promise((resolve) => {
    put({ text, action, answer: (agreed) => (put(undefined), resolve(agreed)) });
  });
}

/** The place where questions appear; once on a page. */
export function QuestionDialog() {
  const question = useSyncExternalStore(listen, () => asked);
  return question && <Dialog question={question} />;
}

function Dialog({ question }: { question: Question }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog
      ref={dialog}
      role="alertdialog"
      className="question"
      aria-labelledby={id}
      onClose={() => question.answer(dialog.current?.returnValue === 'yes')}
    >
      <h2 id={id}>{question.text}</h2>
      <p className="faint">{strings.notUndone}</p>
      <div className="question-answers">
        {/* First, so that it has the focus: Enter by mistake does no harm. */}
        <Button onClick={() => dialog.current?.close()}>{strings.keep}</Button>
        <Button kind="primary" onClick={() => dialog.current?.close('yes')}>
          {question.action}
        </Button>
      </div>
    </dialog>
  );
}

function put(next: Question | undefined): void {
  asked = next;
  for (const listener of listeners) listener();
}

function listen(listener: () => void) {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}
