import type { IncomingMessage, ServerResponse } from 'node:http';
import { Server } from '@tus/server';
import type { Viewer } from '../auth/tokens.ts';
import { AppError } from '../errors.ts';
import type { Services } from '../services.ts';
import { requireViewer } from './identity.ts';
import { errorBody, masked, statusOf } from './reply.ts';

type Tus = (request: IncomingMessage, response: ServerResponse, pathname: string) => Promise<void>;

/**
 * `/uploads`: tus 1.0, for uploads that go on after a cut. The last PATCH answers as `POST /files` would: with the
 * file's id in `Octavo-File-Id`, or with the refusal; later HEADs tell the id again.
 */
export function createTus(services: Services): Tus {
  const { partialUploads: uploads, files, limits, config, log } = services;
  const viewers = new WeakMap<IncomingMessage, Viewer>();
  // Always the viewer that the request was let in with.
  const viewerOf = (request: { runtime?: { node?: { req: IncomingMessage } } }) =>
    viewers.get(request.runtime!.node!.req)!;

  const server = new Server({
    path: '/uploads',
    datastore: uploads.store,
    relativeLocation: true,
    maxSize: config.MAX_FILE_BYTES,
    allowedOrigins: [],
    exposedHeaders: [fileIdHeader],
    namingFunction: (request) => uploads.newId(viewerOf(request as never)),
    async onUploadCreate(request, upload) {
      limits.uploads.take(viewerOf(request as never));
      if (!upload.size) throw new AppError('INVALID_INPUT', 'Upload-Length must be 1 or more.');
      await files.checkRoom(upload.size);
      const { filename } = upload.metadata ?? {};
      // Nothing else of it is used; least of all may it say that the upload has landed.
      return { metadata: { filename: filename ?? null } };
    },
    async onUploadFinish(request, { id }) {
      const landed = await uploads.land(viewerOf(request as never), id);
      return landed ? { headers: { [fileIdHeader]: landed.fileId } } : {};
    },
    onResponseError(_request, error) {
      // The protocol's own refusals have a status.
      if ('status_code' in error) return undefined;
      const known = error instanceof AppError ? error : masked(error, log);
      return { status_code: statusOf(known), body: JSON.stringify(errorBody(known)) };
    },
  });

  return async (request, response, pathname) => {
    const viewer = await requireViewer(services, request);
    const id = pathname.split('/')[2];
    if (id && !uploads.isOwn(viewer, id)) throw new AppError('NOT_FOUND', 'There is no such upload.');
    response.setHeader('cache-control', 'no-store');
    const landed = id && request.method === 'HEAD' ? await uploads.land(viewer, id) : undefined;
    if (landed) {
      response.writeHead(200, {
        'tus-resumable': '1.0.0',
        'upload-offset': landed.bytes,
        'upload-length': landed.bytes,
        [fileIdHeader]: landed.fileId,
      });
      return void response.end();
    }
    viewers.set(request, viewer);
    await server.handle(request, response);
  };
}

const fileIdHeader = 'Octavo-File-Id';
