import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

export interface RawAnswer {
  status: number;
  headers: Headers;
  body: string;
}

/** A connection on which any bytes can be sent. What goes wrong with it is nobody's exception. */
export async function dial(url: string): Promise<Socket> {
  const { hostname, port } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port), allowHalfOpen: true });
  socket.on('error', () => {});
  await once(socket, 'connect');
  return socket;
}

/** Sends lines and bytes that no HTTP client would send, and hears the server out until it ends the connection. */
export async function sendRaw(url: string, lines: readonly string[], body = ''): Promise<RawAnswer> {
  const socket = await dial(url);
  socket.write(head(lines) + body);
  return hearOut(socket);
}

export function head(lines: readonly string[]): string {
  return [...lines, '', ''].join('\r\n');
}

/** The last answer on a connection, once the server has ended it. The caller's own half stays open until then. */
export async function hearOut(socket: Socket): Promise<RawAnswer> {
  let text = '';
  socket.setEncoding('latin1').on('data', (part: string) => (text += part));
  await Promise.race([once(socket, 'end'), once(socket, 'close')]);
  socket.destroy();
  const [top = '', ...rest] = text.split('\r\n\r\n');
  const [line = '', ...fields] = top.split('\r\n');
  const headers = new Headers(fields.map((one) => one.split(/: (.*)/, 2) as [string, string]));
  return { status: Number(line.split(' ')[1]), headers, body: rest.join('\r\n\r\n') };
}
