import { useId, useState, useSyncExternalStore } from 'react';
import type { FormEvent } from 'react';
import { session } from '../client.ts';
import { strings } from '../strings.ts';
import { Button } from './button.tsx';

/** Where a token is pasted, or given back. */
export function TokenForm() {
  const status = useSyncExternalStore(session.listen, session.status);
  const ways = useSyncExternalStore(session.listen, session.waysIn);
  const id = useId();
  const [token, setToken] = useState('');

  function submit(event: FormEvent) {
    event.preventDefault();
    if (token.trim()) become(token.trim());
  }

  return (
    <form onSubmit={submit}>
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
        {(status === 'own' || status === 'refused') && ways?.guests !== false && (
          <Button kind="quiet" onClick={() => become(undefined)}>
            {strings.becomeGuest}
          </Button>
        )}
        {status === 'own' && ways?.guests === false && (
          <Button kind="quiet" onClick={() => become(undefined)}>
            {strings.giveBack}
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
