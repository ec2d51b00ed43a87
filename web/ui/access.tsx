import { useState, useSyncExternalStore } from 'react';
import { session } from '../client.ts';
import { day } from '../format.ts';
import { strings } from '../strings.ts';
import { Button } from './button.tsx';
import { TokenForm } from './token-form.tsx';
import './popover.css';

/** Who the visitor is, and how to be somebody else. */
export function Access() {
  const status = useSyncExternalStore(session.listen, session.status);
  const name = useSyncExternalStore(session.listen, session.name);
  const isAccount = status === 'account';
  return (
    <>
      <button type="button" className={`badge plain name ${status}`} popoverTarget="access">
        {(isAccount && name) || strings.access[status]}
      </button>
      <div id="access" popover="auto" className="popover">
        {isAccount ? <Account name={name} /> : <Visitor />}
      </div>
    </>
  );
}

function Account({ name }: { name: string | undefined }) {
  const [problem, setProblem] = useState('');

  function signOut() {
    session.signOut().catch(() => setProblem(strings.signOutFailed));
  }

  return (
    <>
      <p>
        <strong>{name}</strong>
      </p>
      <p>{strings.accessMeaning.account}</p>
      {problem && (
        <p className="refusal" role="alert">
          {problem}
        </p>
      )}
      <Button onClick={signOut}>{strings.signOut}</Button>
    </>
  );
}

function Visitor() {
  const status = useSyncExternalStore(session.listen, session.status);
  const ways = useSyncExternalStore(session.listen, session.waysIn);
  const until = useSyncExternalStore(session.listen, session.guestUntil);
  return (
    <>
      <p>
        {strings.accessMeaning[status]} {until && strings.guestUntil(day(until))}
      </p>
      {ways?.issuer && (
        <div className="popover-choice">
          <Button kind="primary" onClick={session.signIn}>
            {strings.signIn(ways.issuer)}
          </Button>
          {status === 'guest' && <p className="faint">{strings.signInKeeps}</p>}
        </div>
      )}
      <TokenForm />
    </>
  );
}
