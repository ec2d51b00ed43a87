import { connection } from '../client.ts';
import { clock } from '../format.ts';
import type { Preference } from '../realtime/connection.ts';
import { strings } from '../strings.ts';
import { useConnection } from './use-connection.ts';
import './popover.css';

const preferences: readonly Preference[] = ['auto', 'sse', 'websocket'];

/** Whether what is shown is live; opens to say what that means, and over what it comes. */
export function ConnectionBadge() {
  const { status, since, transport, preference } = useConnection();
  const isLost = status === 'reconnecting' || status === 'offline';
  return (
    <>
      <button type="button" className={`badge ${status}`} popoverTarget="connection">
        {strings.connection[status]}
        {isLost && (
          <span className="badge-since"> {strings.since(clock(new Date(since).toISOString()))}</span>
        )}
      </button>
      <span className="unseen" role="status">
        {strings.connection[status]}
      </span>
      <div id="connection" popover="auto" className="popover">
        <p>{strings.connectionMeaning[status]}</p>
        <fieldset>
          <legend>{strings.transport}</legend>
          {preferences.map((name) => (
            <label key={name}>
              <input
                type="radio"
                name="transport"
                checked={name === preference}
                onChange={() => connection.prefer(name)}
              />
              {name === 'auto' ? strings.transportAuto : strings.transports[name]}
              {preference === 'auto' && name === transport && status === 'live' && (
                <span className="faint">{strings.now}</span>
              )}
            </label>
          ))}
        </fieldset>
      </div>
    </>
  );
}
