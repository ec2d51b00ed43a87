import { useId, useState, useSyncExternalStore } from 'react';
import type { FormEvent } from 'react';
import { session } from '../client.ts';
import { day } from '../format.ts';
import { strings } from '../strings.ts';
import { Button } from './button.tsx';
import './popover.css';

/** Who the visitor is, and where a token of one's own is pasted. */
export function Access() {
  const status = useSyncExternalStore(session.listen, session.status);
  return (
    <>
      <button type="button" className={`badge plain ${status}`} popoverTarget="access">
        {strings.access[status]}
      </button>
      <div id="access" popover="auto" className="popover">
        <TokenForm />
      </div>
    </>
  );
}

/** Where a token is pasted, or given back. */
export function TokenForm() {
  const status = useSyncExternalStore(session.listen, session.status);
  const id = useId();
  const [token, setToken] = useState('');
  const until = useSyncExternalStore(session.listen, session.guestUntil);

  function submit(event: FormEvent) {
    event.preventDefault();
    if (token.trim()) become(token.trim());
  }

  return (
    <form onSubmit={submit}>
      <p>
        {strings.accessMeaning[status]} {until && strings.guestUntil(day(until))}
      </p>
      <label htmlFor={id}>{strings.token}</label>
      <input
        id={id}
        value={token}
        onChange={(event) => setToken(event.target.value)}
        autoComplete="off"
        spellCheck={false}
      />
      <div className="popover-actions">
        <Button type="submit">{strings.takeToken}</Button>
        {status !== 'guest' && (
          <Button kind="quiet" onClick={() => become(undefined)}>
            {strings.becomeGuest}
          </Button>
        )}
      </div>
    </form>
  );
}

function become(token: string | undefined): void {
  session.replace(token);
  // Another person's jobs: nothing of what is shown may stay.
  location.assign('/');
}
