import { registerHooks } from 'node:module';

/**
 * Mends the database driver, postgres 3.4.9, as it is loaded, where a connection breaks in the middle of a transaction:
 * it would send ROLLBACK to a socket that is no more, which ends the process (its issues #1154 and #1208, open), or
 * leave the connection waiting for ever, and with it each query that the pool gives to it. Plain JavaScript, for the
 * preflight: the driver must not have been loaded before.
 */
const edits = [
  // No query is taken without a socket to send it to.
  [
    "    if (stream)\n      return queryError(q, Errors.generic('COPY_IN_PROGRESS'",
    "    if (!socket)\n      return queryError(q, Errors.connection('CONNECTION_CLOSED', options)), true\n\n",
  ],
  // Nothing that was to be written or answered when the connection broke is left for the next one.
  [
    '    socket.removeAllListeners()\n    socket = null\n',
    '    chunk = nextWriteTimer = errorResponse = null\n',
  ],
  // Whatever waits for an answer is told, also after an error: a query may have come between that and the end.
  [
    "    !hadError && (query || sent.length) && error(Errors.connection('CONNECTION_CLOSED', options, socket))\n    closedTime",
    "    hadError && sent.length && error(Errors.connection('CONNECTION_CLOSED', options, socket))\n",
  ],
  // Types that a connection could not ask for are asked for again, and nobody's rejection ends the process (its issue #1192).
  ['\n    types.forEach(({ oid, typarray })', '.catch(() => ((needsTypes = true), []))'],
];

const connection = new URL('connection.js', import.meta.resolve('postgres')).href;

registerHooks({
  load(url, context, next) {
    const loaded = next(url, context);
    return url === connection ? { ...loaded, source: mend(String(loaded.source)) } : loaded;
  },
});

function mend(source) {
  return edits.reduce((text, [before, added]) => {
    if (!text.includes(before)) throw new Error(`${connection} is not of postgres 3.4.9: run npm ci`);
    return text.replace(before, () => added + before);
  }, source);
}
