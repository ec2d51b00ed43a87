import { connection } from '../client.ts';
import type { TransportName } from '../connection.ts';
import { strings } from '../strings.ts';
import { useConnection } from './use-connection.ts';
import './popover.css';

const transports: readonly TransportName[] = ['sse', 'websocket'];

/** Whether what is shown is live; opens to say what that means, and over what it comes. */
export function ConnectionBadge() {
  const { status, transport } = useConnection();
  return (
    <>
      <button type="button" className={`badge ${status}`} popoverTarget="connection">
        {strings.connection[status]}
      </button>
      <span className="unseen" role="status">
        {strings.connection[status]}
      </span>
      <div id="connection" popover="auto" className="popover">
        <p>{strings.connectionMeaning[status]}</p>
        <fieldset>
          <legend>{strings.transport}</legend>
          {transports.map((name) => (
            <label key={name}>
              <input
                type="radio"
                name="transport"
                checked={name === transport}
                onChange={() => connection.switchTo(name)}
              />
              {strings.transports[name]}
            </label>
          ))}
        </fieldset>
      </div>
    </>
  );
}
