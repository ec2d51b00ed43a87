import type { DetailedError, HttpResponse, Upload } from 'tus-js-client';
import { session } from './client.ts';
import { strings } from './strings.ts';

/** A file the server has. */
export interface UploadedFile {
  id: string;
  name: string;
  bytes: number;
  pages: number | null;
}

/** What becomes of an upload. It never gives up by itself: without a network it waits for one. */
export interface UploadEvents {
  /** 0 to 1 of the bytes that the server has or is being sent. */
  progress(part: number): void;
  /** The line is gone; it is tried again until it is back. */
  stalled(): void;
  /** The id of the file that it has become. */
  done(fileId: string): void;
  /** `mine`: the file is to blame, so sending it again is no use. */
  refused(message: string, mine: boolean): void;
}

export interface RunningUpload {
  pause(): void;
  resume(): void;
  /** For good: the server forgets it. */
  stop(): void;
}

/** Sends a file in pieces (tus), from where an earlier try of the same file got to, in this or another visit. */
export function startUpload(file: File, events: UploadEvents): RunningUpload {
  let wanted: 'going' | 'paused' | 'stopped' = 'going';
  let upload: Upload | undefined;
  void prepare(file, events).then((prepared) => {
    if (wanted === 'stopped') return;
    upload = prepared;
    if (wanted === 'going') upload.start();
  });
  return {
    pause() {
      wanted = 'paused';
      void upload?.abort();
    },
    resume() {
      wanted = 'going';
      upload?.start();
    },
    stop() {
      wanted = 'stopped';
      // What the server does not hear of it forgets in a day.
      void upload?.abort(true).catch(() => {});
    },
  };
}

async function prepare(file: File, events: UploadEvents): Promise<Upload> {
  const { Upload } = await import('tus-js-client');
  let token: string | undefined;
  const upload = new Upload(file, {
    endpoint: '/uploads',
    metadata: { filename: file.name },
    chunkSize,
    retryDelays,
    removeFingerprintOnSuccess: true,
    // A small file needs no second request; nor is there much to lose.
    uploadDataDuringCreation: file.size < 1_000_000,
    async onBeforeRequest(request) {
      token = await session.token();
      if (token) request.setHeader('authorization', `Bearer ${token}`);
    },
    onAfterResponse(_, response) {
      if (response.getStatus() === 401) session.refuse(token);
    },
    onShouldRetry(error) {
      const status = error.originalResponse?.getStatus() ?? 0;
      const again = status === 0 || status >= 500 || [401, 409, 423, 429].includes(status);
      if (again) events.stalled();
      return again && status !== 507;
    },
    onProgress: (sent, total) => events.progress(sent / total),
    onSuccess({ lastResponse }) {
      const id = lastResponse.getHeader('octavo-file-id');
      if (id) events.done(id);
      else events.refused(strings.uploadLost, false);
    },
    onError: (error) => events.refused(...refusal((error as DetailedError).originalResponse)),
  });
  const [earlier] = await upload.findPreviousUploads();
  if (earlier) upload.resumeFromPreviousUpload(earlier);
  return upload;
}

/** Proxies on the way take no body of any size: Cloudflare's end at 100 MB. */
const chunkSize = 32_000_000;

/** Counted anew after each success; longer than anyone waits in front of a page. */
const retryDelays = Array.from({ length: 10_000 }, (_, index) => Math.min(500 * 2 ** index, 5_000));

/** The server's own words; a proxy in between may have others. */
function refusal(response: HttpResponse | null): [message: string, mine: boolean] {
  const status = response?.getStatus() ?? 0;
  try {
    const { error } = JSON.parse(response?.getBody() ?? '') as { error: { message: string } };
    return [error.message, status < 500];
  } catch {
    return status === 413 ? [strings.tooLarge, true] : [strings.uploadLost, false];
  }
}
