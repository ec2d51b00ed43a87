import { createHmac, timingSafeEqual } from 'node:crypto';
import { publicId } from '../id.ts';

/** Signed download links: whoever has one may read this one file until it ends. */
export interface Links {
  /** Good for 15 to 30 minutes; the same within a quarter of an hour, so that a page does not see it change. */
  sign(fileId: string, part?: Part): string;
  verify(fileId: string, query: URLSearchParams, part?: Part): boolean;
  /** The same for all results of a job. */
  signArchive(jobId: string): string;
  verifyArchive(jobId: string, query: URLSearchParams): boolean;
}

/** What a link may be for, other than the file's bytes. */
export type Part = 'thumbnail';

export function createLinks(secret: string, publicUrl: string | undefined): Links {
  // A key of its own, so that no token can ever pass for a link.
  const key = createHmac('sha256', secret).update('octavo file links').digest();
  const signature = (subject: string, end: string) =>
    createHmac('sha256', key).update(`${subject} ${end}`).digest('base64url');

  function sign(path: string, subject: string): string {
    const end = String((Math.floor(Date.now() / quarterMs) + 2) * quarterMs);
    return `${publicUrl ?? ''}${path}?end=${end}&signature=${signature(subject, end)}`;
  }

  function verify(subject: string, query: URLSearchParams): boolean {
    const end = query.get('end') ?? '';
    const given = Buffer.from(query.get('signature') ?? '');
    const wanted = Buffer.from(signature(subject, end));
    return given.length === wanted.length && timingSafeEqual(given, wanted) && Number(end) > Date.now();
  }

  return {
    sign: (fileId, part) => sign(`/files/${subjectOf(fileId, part)}`, subjectOf(fileId, part)),
    verify: (fileId, query, part) => verify(subjectOf(fileId, part), query),
    signArchive: (jobId) => sign(`/jobs/${archiveOf(jobId)}`, archiveOf(jobId)),
    verifyArchive: (jobId, query) => verify(archiveOf(jobId), query),
  };
}

/** No link is good for more than what it was given for. */
function subjectOf(fileId: string, part: Part | undefined): string {
  const id = publicId('file', fileId);
  return part ? `${id}/${part}` : id;
}

function archiveOf(jobId: string): string {
  return `${publicId('job', jobId)}/archive`;
}

const quarterMs = 15 * 60_000;
