import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/**
 * Mends the installed database driver, postgres 3.4.9, where a connection breaks in the middle of a transaction: the
 * driver then sends ROLLBACK to a socket that is no more, which ends the process (its issues #1154 and #1208, open), or
 * leaves the connection waiting for ever, and with it each query that the pool gives to it. Plain
 * JavaScript, run before anything imports the driver. Does nothing the second time.
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
];

const file = fileURLToPath(new URL('connection.js', import.meta.resolve('postgres')));
const source = readFileSync(file, 'utf8');
const mended = edits.reduce((text, [before, added]) => {
  if (text.includes(added + before)) return text;
  if (!text.includes(before)) throw new Error(`${file} is not of postgres 3.4.9: run npm ci`);
  return text.replace(before, () => added + before);
}, source);
if (mended !== source)
  try {
    writeFileSync(`${file}.${process.pid}`, mended);
    renameSync(`${file}.${process.pid}`, file);
  } catch (error) {
    console.error(
      `The database driver could not be mended (${error.message}), and may fail when a connection breaks.\n` +
        'Run once, as who may write there: node server/db/mend-driver.js',
    );
  }
