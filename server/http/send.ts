import type { IncomingHttpHeaders, IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import type { Range } from '../files/storage.ts';
import type { Logger } from '../log.ts';
import { parseRange } from './range.ts';
import type { Stalls } from './stalls.ts';

/** Bytes that can be sent, whole or in part. */
export interface Content {
  bytes: number;
  /** Strong: what has the same is the same, byte by byte. */
  etag: string;
  headers: OutgoingHttpHeaders;
  /** Opens a part that is not empty. */
  read(range: Range): Source | Promise<Source>;
  /** It stands in for what is not there: a 404, whatever part of it is asked for. */
  notFound?: boolean;
}

export type Source = Iterable<Uint8Array> | AsyncIterable<Uint8Array>;

/**
 * Answers a GET or HEAD with a content, as its conditions and its range want it (RFC 9110, sections 13 and 14). Rejects
 * where it cannot be opened; nothing has been answered then. What goes wrong later ends the connection.
 */
export type Send = (request: IncomingMessage, response: ServerResponse, content: Content) => Promise<void>;

/** The one owner of byte streams that leave: of their handles and errors, of readers who leave or stand still. */
export function createSend(stalls: Stalls, log: Logger): Send {
  return async (request, response, content) => {
    const { status, range } = answerTo(request.headers, content);
    const length = range ? range.end - range.start + 1 : 0;
    const sent = request.method === 'HEAD' ? 0 : length;
    const source = range && sent > 0 ? await content.read(range) : [];
    response.writeHead(status, {
      ...content.headers,
      etag: content.etag,
      'accept-ranges': 'bytes',
      ...(status === 304 ? {} : { 'content-length': length }),
      ...contentRange(status, range, content.bytes),
    });
    const unwatch = stalls.watch(request.socket, patience);
    const chunks = exactly(sent, source, (error) => {
      // A reader may leave. A source that fails is for the operator to mend.
      if (!response.destroyed) log.error({ err: error, path: pathOf(request) }, 'a download broke off');
    });
    await pipeline(chunks, response).catch(() => {});
    unwatch();
  };
}

/**
 * Times as long as a live stream may stand still. The buffers between us take megabytes at once and then, from a reader
 * who takes ten kilobytes a second, nothing for minutes.
 */
const patience = 10;

/** What of a content is sent, and with which status; no range where it is not needed or cannot be given. */
function answerTo(
  headers: IncomingHttpHeaders,
  { bytes, etag, notFound }: Content,
): { status: number; range?: Range } {
  const whole = { start: 0, end: bytes - 1 };
  if (notFound) return { status: 404, range: whole };
  const { 'if-match': ifMatch, 'if-none-match': ifNoneMatch, 'if-range': ifRange } = headers;
  if (ifMatch !== undefined && !names(ifMatch, etag)) return { status: 412 };
  // Compared weakly: whoever has it by a weak tag has it.
  if (ifNoneMatch !== undefined && names(ifNoneMatch.replaceAll('W/', ''), etag)) return { status: 304 };
  // Some clients ask for a range of everything, and nothing has none.
  if (bytes === 0 || (ifRange !== undefined && ifRange !== etag)) return { status: 200, range: whole };
  const range = parseRange(headers.range, bytes);
  if (range === 'unsatisfiable') return { status: 416 };
  return range ? { status: 206, range } : { status: 200, range: whole };
}

/** Whether a list of entity tags has this one. */
function names(header: string, etag: string): boolean {
  return header.split(',').some((one) => one.trim() === '*' || one.trim() === etag);
}

function contentRange(status: number, range: Range | undefined, bytes: number): OutgoingHttpHeaders {
  if (status === 416) return { 'content-range': `bytes */${bytes}` };
  return status === 206 && range ? { 'content-range': `bytes ${range.start}-${range.end}/${bytes}` } : {};
}

/** A source that ends early must not look whole: Node would leave the client waiting for the rest. */
async function* exactly(length: number, source: Source, onError: (error: unknown) => void) {
  let left = length;
  try {
    for await (const chunk of source) {
      left -= chunk.length;
      yield chunk;
    }
    if (left !== 0) throw new Error(`${left} of ${length} bytes are missing`);
  } catch (error) {
    onError(error);
    throw error;
  }
}

function pathOf(request: IncomingMessage): string | undefined {
  return request.url?.split('?')[0];
}

/** Reads what is in memory in parts small enough to show whether a reader takes any. */
export function* partsOf(bytes: Uint8Array, { start, end }: Range): Iterable<Uint8Array> {
  for (let at = start; at <= end; at += partBytes)
    yield bytes.subarray(at, Math.min(at + partBytes, end + 1));
}

const partBytes = 65_536;
