import { session } from './client.ts';
import { strings } from './strings.ts';

/** A file the server has. */
export interface UploadedFile {
  id: string;
  name: string;
  bytes: number;
  pages: number | null;
}

/** Why a file was not taken. `mine`: the file is to blame, so sending it again is no use. */
export class UploadError extends Error {
  readonly mine: boolean;

  constructor(message: string, mine: boolean) {
    super(message);
    this.mine = mine;
  }
}

/**
 * Sends a file as it is; `progress` hears 0 to 1 of the bytes sent. XMLHttpRequest, since `fetch` tells nothing of that.
 * Throws {@link UploadError}; aborted by `signal`, it stays pending for ever.
 */
export async function upload(
  file: File,
  progress: (part: number) => void,
  signal: AbortSignal,
): Promise<UploadedFile> {
  const token = await session.token();
  const answer = await send(file, token, progress, signal);
  if (answer.status === 401) {
    session.refuse(token);
    return read(await send(file, await session.token(), progress, signal));
  }
  return read(answer);
}

function send(file: File, token: string | undefined, progress: (part: number) => void, signal: AbortSignal) {
  return new Promise<XMLHttpRequest>((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('POST', `/files?name=${encodeURIComponent(file.name)}`);
    if (token) request.setRequestHeader('authorization', `Bearer ${token}`);
    request.setRequestHeader('content-type', file.type || 'application/octet-stream');
    request.upload.addEventListener('progress', (event) => progress(event.loaded / event.total));
    request.addEventListener('load', () => resolve(request));
    request.addEventListener('error', () => reject(new UploadError(strings.uploadLost, false)));
    signal.addEventListener('abort', () => request.abort());
    if (!signal.aborted) request.send(file);
  });
}

function read({ status, responseText }: XMLHttpRequest): UploadedFile {
  if (status === 201) return JSON.parse(responseText) as UploadedFile;
  throw new UploadError(
    refusal(responseText),
    status >= 400 && status < 500 && status !== 401 && status !== 429,
  );
}

/** The server's own words; a proxy in between may have others. */
function refusal(text: string): string {
  try {
    return (JSON.parse(text) as { error: { message: string } }).error.message;
  } catch {
    return strings.uploadLost;
  }
}
