import { randomBytes } from 'node:crypto';
import type { Random } from '../helpers/random.ts';

/** What requests name: things that are there and belong to the one who asks. */
export interface Belongings {
  token: string;
  fileId: string;
  jobId: string;
  /** `/uploads/…` of an upload whose bytes have not all come. */
  upload: string;
  /** Of the page, `/assets/…`. */
  asset: string;
  pdf: Buffer;
}

type Request = (has: Belongings, chance: Random) => Buffer;

/** Every kind of request that the edge takes, and some that it does not, as the bytes of a client that is in order. */
export const requests: Readonly<Record<string, Request>> = {
  'guest token': () => http('POST /auth/guest', []),
  upload: ({ token, pdf }) => http('POST /files?name=a.pdf', [bearer(token)], pdf),
  'upload in chunks': ({ token, pdf }) =>
    Buffer.concat([
      http('POST /files?name=b.pdf', [bearer(token), 'transfer-encoding: chunked']),
      ...chunked(pdf, 1_000),
    ]),
  'upload that waits for 100': ({ token, pdf }) =>
    http('POST /files?name=c.pdf', [bearer(token), 'expect: 100-continue'], pdf),
  'upload to be resumed': ({ token, pdf }) =>
    http('POST /uploads', [bearer(token), tus, `upload-length: ${pdf.length}`, octets], pdf.subarray(0, 500)),
  'next piece of an upload': ({ token, upload, pdf }) =>
    http(
      `PATCH ${upload}`,
      [bearer(token), tus, 'upload-offset: 0', octets],
      pdf.subarray(0, pdf.length - 1),
    ),
  'state of an upload': ({ token, upload }) => http(`HEAD ${upload}`, [bearer(token), tus]),
  query: ({ token }) =>
    graphql(token, '{ jobs(first: 5) { totalCount edges { node { id inputs { url } } } } }'),
  mutation: ({ token, fileId }) =>
    graphql(
      token,
      `mutation { createJob(input: { fileIds: ["${fileId}"], steps: [{ rotate: { degrees: 90 } }] }) { job { id } } }`,
    ),
  'stream of a job': ({ token, jobId }) =>
    graphql(token, `subscription { jobProgress(id: "${jobId}") { seq job { state } } }`, eventStream),
  'stream of all jobs': ({ token }) => graphql(token, 'subscription { jobsProgress { seq } }', eventStream),
  'stream over a WebSocket': ({ token }, chance) =>
    Buffer.concat([
      upgrade('/graphql', ['sec-websocket-protocol: graphql-transport-ws']),
      frame({ type: 'connection_init', payload: { authorization: `Bearer ${token}` } }, chance),
      frame(
        { id: '1', type: 'subscribe', payload: { query: 'subscription { jobsProgress { seq } }' } },
        chance,
      ),
    ]),
  'noise over a WebSocket': (_, chance) =>
    Buffer.concat([
      upgrade('/graphql', ['sec-websocket-protocol: graphql-transport-ws']),
      Buffer.from(Array.from({ length: 1 + chance.below(200) }, () => chance.below(256))),
    ]),
  'WebSocket of a foreign page': () => upgrade('/graphql', ['origin: http://evil.example']),
  'WebSocket to nowhere': () => upgrade('/nowhere', []),
  'offer of HTTP/2': ({ token, fileId }) =>
    http(`GET /files/${fileId}`, [
      bearer(token),
      'connection: Upgrade, HTTP2-Settings',
      'upgrade: h2c',
      'http2-settings: AAMAAABkAAQAAP__',
    ]),
  download: ({ token, fileId }) => http(`GET /files/${fileId}`, [bearer(token)]),
  'download of a range': ({ token, fileId }, chance) =>
    http(`GET /files/${fileId}`, [bearer(token), `range: bytes=${chance.below(2_000)}-`]),
  thumbnail: ({ token, fileId }) => http(`GET /files/${fileId}/thumbnail`, [bearer(token)]),
  archive: ({ token, jobId }) => http(`GET /jobs/${jobId}/archive`, [bearer(token)]),
  page: ({ asset }, chance) => http(`GET ${chance.of(['/', '/jobs', asset, '/nowhere'])}`, []),
  GraphiQL: () => http('GET /graphql', ['accept: text/html']),
  tunnel: () => http('CONNECT example.com:443', []),
  noise: (_, chance) => Buffer.from(Array.from({ length: 1 + chance.below(300) }, () => chance.below(256))),
};

const tus = 'tus-resumable: 1.0.0';
const octets = 'content-type: application/offset+octet-stream';
const eventStream = 'accept: text/event-stream';

function bearer(token: string): string {
  return `authorization: Bearer ${token}`;
}

function http(line: string, headers: readonly string[], body: Buffer = Buffer.alloc(0)): Buffer {
  const length = body.length > 0 ? [`content-length: ${body.length}`] : [];
  const head = [`${line} HTTP/1.1`, 'host: octavo', ...headers, ...length, '', ''].join('\r\n');
  return Buffer.concat([Buffer.from(head, 'latin1'), body]);
}

function graphql(token: string, query: string, ...headers: string[]): Buffer {
  const body = Buffer.from(JSON.stringify({ query }));
  return http('POST /graphql', [bearer(token), 'content-type: application/json', ...headers], body);
}

function* chunked(bytes: Buffer, size: number): Generator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) {
    const piece = bytes.subarray(at, at + size);
    yield Buffer.concat([Buffer.from(`${piece.length.toString(16)}\r\n`), piece, Buffer.from('\r\n')]);
  }
  yield Buffer.from('0\r\n\r\n');
}

function upgrade(path: string, headers: readonly string[]): Buffer {
  const key = randomBytes(16).toString('base64');
  return http(`GET ${path}`, [
    'connection: Upgrade',
    'upgrade: websocket',
    'sec-websocket-version: 13',
    `sec-websocket-key: ${key}`,
    ...headers,
  ]);
}

/** A masked text frame (RFC 6455, 5.2). */
function frame(message: object, chance: Random): Buffer {
  const text = Buffer.from(JSON.stringify(message));
  const mask = Buffer.from(Array.from({ length: 4 }, () => chance.below(256)));
  const head = Buffer.from([0x81, 0x80 | 126, text.length >> 8, text.length & 0xff]);
  return Buffer.concat([head, mask, text.map((byte, i) => byte ^ mask[i % 4]!)]);
}
