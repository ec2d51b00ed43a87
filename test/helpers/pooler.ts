import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/**
 * As a pooler in transaction mode that knows nothing of prepared statements: names a process of its own, and after each
 * transaction the session has none of them. @returns the database's URL through it
 */
export async function startPooler(databaseUrl: string): Promise<AsyncDisposable & { url: string }> {
  const target = new URL(databaseUrl);
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const database = connect(Number(target.port), target.hostname);
    for (const socket of [client, database]) {
      sockets.add(socket);
      socket.on('error', () => {}).on('close', () => [client, database].map((each) => each.destroy()));
    }
    client.pipe(database);
    forgetting(database, client);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const url = new URL(databaseUrl);
  url.host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url: url.href,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

/** Before the client hears that a transaction is over, the database has done away with what was prepared. */
function forgetting(database: Socket, client: Socket) {
  let rest: Buffer = Buffer.alloc(0);
  let clearing = false;
  database.on('data', (chunk: Buffer) => {
    rest = Buffer.concat([rest, chunk]);
    while (rest.length >= 5 && rest.length > rest.readUInt32BE(1)) {
      const message = rest.subarray(0, rest.readUInt32BE(1) + 1);
      rest = rest.subarray(message.length);
      const kind = String.fromCharCode(message[0]!);
      if (kind === 'K') message.writeUInt32BE(message.readUInt32BE(5) + 1, 5);
      const over = kind === 'Z' && message[5] === 'I'.charCodeAt(0);
      if (over && !clearing) database.write(query('deallocate all'));
      else if (!clearing || over) client.write(message);
      if (over) clearing = !clearing;
    }
  });
}

function query(text: string): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(text.length + 5);
  return Buffer.concat([Buffer.from('Q'), length, Buffer.from(`${text}\0`)]);
}
