import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { Server } from '@tus/server';
import { AppError } from '../errors.ts';
import { empty, tooLarge } from '../files/intake.ts';
import { noUpload } from '../files/partial-uploads.ts';
import { newId, parseId } from '../id.ts';
import type { Services } from '../services.ts';
import { requireViewer } from './identity.ts';
import { refuse } from './reply.ts';
import { TusSession } from './tus-session.ts';

type Tus = (request: IncomingMessage, response: ServerResponse, pathname: string) => Promise<void>;

/**
 * `/uploads`: tus 1.0 (https://tus.io/protocols/resumable-upload), for uploads that go on after a cut. The last PATCH
 * answers as `POST /files` would: with the file's id in `Octavo-File-Id`, or with the refusal; later HEADs tell the id
 * again. The library is given one upload at a time, and its refusals leave as ours do.
 */
export function createTus(services: Services): Tus {
  const { partialUploads, files, limits, config } = services;

  /** Resolves to whether it was done and the client knows it. */
  async function serve(
    request: IncomingMessage,
    response: ServerResponse,
    method: string,
    session: TusSession,
  ): Promise<boolean> {
    let thrown: unknown;
    const server = new Server({
      path: '/uploads',
      datastore: session,
      locker: session,
      // A holder that is asked to let go ends at once.
      lockDrainTimeout: 1,
      namingFunction: () => session.id,
      getFileIdFromRequest: () => session.id,
      generateUrl: () => session.address,
      async onUploadCreate(_, { size }) {
        if (!size) throw empty();
        if (size > config.MAX_FILE_BYTES) throw tooLarge(config.MAX_FILE_BYTES);
        await session.begin(size, request.headers['upload-metadata']?.toString());
        return {};
      },
      async onUploadFinish() {
        await session.land();
        return {};
      },
      onResponseError(_, error) {
        // The protocol's own refusals have a status.
        if (!('status_code' in error)) thrown = error;
        return undefined;
      },
    });
    const answer = await server.handleWeb(toWeb(request, method, session.address));
    if (thrown) throw thrown;
    if (answer.status >= 400) {
      const message = sentences[answer.status] ?? `${(await answer.text()).trim().replace(/\.$/, '')}.`;
      const code = answer.status === 413 ? 'FILE_TOO_LARGE' : 'INVALID_INPUT';
      refuse(request, response, answer.status, new AppError(code, message));
      return false;
    }
    if (response.destroyed) return false;
    const headers = [...answer.headers].filter(([name]) => !name.startsWith('access-control-'));
    response.writeHead(answer.status, { ...Object.fromEntries(headers), ...session.headers }).end();
    return true;
  }

  async function create(request: IncomingMessage, response: ServerResponse, session: TusSession) {
    let created = false;
    try {
      created = await serve(request, response, 'POST', session);
    } finally {
      // Nobody knows its address.
      if (!created) await partialUploads.remove(session.id);
    }
  }

  async function goOn(
    request: IncomingMessage,
    response: ServerResponse,
    method: string,
    session: TusSession,
  ) {
    try {
      // The answer to the last bytes may have been lost, or the process that took them.
      if (method === 'HEAD') await session.land();
      await serve(request, response, method, session);
    } catch (error) {
      if (!(error instanceof AppError && error.code === 'RATE_LIMITED')) throw error;
      // Nothing is wrong with the client's pace: clients of tus try again where an upload is locked.
      refuse(request, response, 423, error, { 'retry-after': String(error.retryAfter ?? 5) });
    }
  }

  return async (request, response, pathname) => {
    response.setHeader('tus-resumable', version);
    response.setHeader('cache-control', 'no-store');
    const { id, methods } = resourceAt(request, pathname);
    const method = methodOf(request);
    const say = (status: number, message: string, headers = {}) =>
      refuse(request, response, status, new AppError('INVALID_INPUT', message), headers);
    if (!methods.includes(method))
      return say(405, `Here is only ${methods.join(', ')}.`, { allow: methods.join(', ') });
    if (method === 'OPTIONS')
      return void response
        .writeHead(204, {
          'tus-version': version,
          'tus-extension': TusSession.extensions.join(','),
          'tus-max-size': config.MAX_FILE_BYTES,
        })
        .end();
    if (request.headers['tus-resumable'] !== version)
      return say(412, `Send "Tus-Resumable: ${version}", the version of the protocol that is spoken here.`, {
        'tus-version': version,
      });
    const viewer = await requireViewer(services, request);
    if (method === 'PATCH' && !hasPart(request))
      return say(415, `A part is sent with "Content-Type: ${partType}".`);
    if (id) return goOn(request, response, method, new TusSession(partialUploads, files, viewer, id));
    // Refused by us, as clients take the library's 501 for a trouble that passes.
    if (request.headers['upload-defer-length'] || request.headers['upload-concat'])
      throw new AppError(
        'UNSUPPORTED',
        'An upload is sent as one, and its length is told at the beginning, in "Upload-Length".',
      );
    limits.uploads.take(viewer);
    await create(request, response, new TusSession(partialUploads, files, viewer, newId()));
  };
}

const version = '1.0.0';
const partType = 'application/offset+octet-stream';

/** The method that is meant, where something on the way lets only some pass. */
function methodOf({ method = '', headers }: IncomingMessage): string {
  return headers['x-http-method-override']?.toString().toUpperCase() ?? method;
}

/** All uploads, or one of them; any other way to write an address is none. */
function resourceAt({ url = '' }: IncomingMessage, pathname: string): { id?: string; methods: string[] } {
  const target = url.replace(/^https?:\/\/[^/]*/, '');
  if (target !== pathname) throw noUpload();
  if (/^\/uploads\/?$/.test(pathname)) return { methods: ['OPTIONS', 'POST'] };
  const id = parseId('upload', pathname.slice('/uploads/'.length));
  if (!id) throw noUpload();
  return { id, methods: ['OPTIONS', 'HEAD', 'PATCH', 'DELETE'] };
}

function hasPart({ headers }: IncomingMessage): boolean {
  return headers['content-type'] === partType;
}

/** The request as the library reads it: what the protocol knows of, and nothing that a proxy has added. */
function toWeb(request: IncomingMessage, method: string, address: string): Request {
  const headers = new Headers();
  for (const name of headersRead) {
    const value = request.headers[name];
    if (value !== undefined) headers.set(name, value.toString());
  }
  const body = hasPart(request) && method !== 'HEAD' ? (Readable.toWeb(request) as ReadableStream) : null;
  const init = { method, headers, body, duplex: 'half' };
  return new Request(`http://localhost${address}`, init);
}

const headersRead = [
  'content-length',
  'content-type',
  'tus-resumable',
  'upload-length',
  'upload-metadata',
  'upload-offset',
];

/** What the library's own words leave open. */
const sentences: Record<number, string> = {
  403: '"Upload-Offset" must say where the part begins.',
  409: '"Upload-Offset" is not where the upload stands. HEAD tells where to go on.',
  413: 'These are more bytes than "Upload-Length" has announced.',
};
