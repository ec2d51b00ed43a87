import type { Readable, Writable } from 'node:stream';

const newline = 0x0a;

/*
 * Messages between host and child: JSON, one a line, over the child's stdin and stdout. Node's own channel is not for a
 * child that nobody trusts: a line that is no JSON, or one that claims to be of Node's internals (NODE_HANDLE_ACK),
 * throws where nobody can catch it and ends the host, and a line without an end fills the host's memory.
 */

/**
 * Calls `onMessage` for each message that comes.
 * @param onNonsense called for what is no message; the rest of what comes is worth nothing then
 * @param longest bytes that a message may have
 */
export function receive(
  from: Readable,
  onMessage: (message: unknown) => void | Promise<void>,
  onNonsense: (cause: Error) => void,
  longest = Infinity,
): void {
  let parts: Buffer[] = [];
  let length = 0;
  const hear = (line: Buffer): void => {
    let message: unknown;
    try {
      message = JSON.parse(line.toString());
    } catch (error) {
      onNonsense(error as Error);
      return;
    }
    void onMessage(message);
  };
  from.on('data', (chunk: Buffer) => {
    let start = 0;
    for (let end = chunk.indexOf(newline); end >= 0; end = chunk.indexOf(newline, start)) {
      hear(Buffer.concat([...parts, chunk.subarray(start, end)]));
      parts = [];
      length = 0;
      start = end + 1;
    }
    const rest = chunk.subarray(start);
    parts.push(rest);
    length += rest.length;
    if (length <= longest) return;
    parts = [];
    length = 0;
    onNonsense(new RangeError(`a message of more than ${longest} bytes`));
  });
}

/** Sends a message; where the other end is gone, to nobody. */
export function send(to: Writable, message: unknown): void {
  if (to.writable) to.write(`${JSON.stringify(message)}\n`);
}
