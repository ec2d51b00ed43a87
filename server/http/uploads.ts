import type { IncomingMessage, ServerResponse } from 'node:http';
import { AppError } from '../errors.ts';
import { publicId } from '../id.ts';
import type { Services } from '../services.ts';
import { bodyOf } from './body.ts';
import { requireViewer } from './identity.ts';
import { sendJson } from './reply.ts';

/** `POST /files?name=report.pdf` with the bytes as the body. */
export async function receiveFile(
  services: Services,
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
) {
  const viewer = await requireViewer(services, request);
  services.limits.uploads.take(viewer);
  // The form would be stored around the file, and a PDF reader might even find its way in it.
  if (request.headers['content-type']?.startsWith('multipart/'))
    throw new AppError(
      'NOT_A_PDF',
      'This is a form. Send the file itself as the body: curl --data-binary @report.pdf.',
    );
  const name = url.searchParams.get('name');
  if ((name?.length ?? 0) > maxNameLength)
    throw new AppError('INVALID_INPUT', `"name" must have at most ${maxNameLength} characters.`, {
      field: ['name'],
    });
  // Ends the slot's look at the file too, where the client went away.
  const gone = new AbortController();
  response.once('close', () => gone.abort(new AppError('INVALID_INPUT', 'The upload was broken off.')));
  const length = request.headers['content-length'];
  const body = bodyOf(request);
  const file = await services.files
    .create(viewer, {
      name,
      body,
      length: length === undefined ? undefined : Number(length),
      signal: gone.signal,
    })
    // A refusal takes in what nobody has read, and only without another reader.
    .finally(() => body.destroy());
  const { bytes, mediaType, sha256, pages, expiresAt } = file;
  const id = publicId('file', file.id);
  sendJson(
    response,
    201,
    { id, name: file.name, bytes, mediaType, sha256, pages, expiresAt },
    { location: `/files/${id}` },
  );
}

const maxNameLength = 255;
