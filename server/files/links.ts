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

/** @param secrets the first signs, all verify */
export function createLinks(secrets: readonly string[], publicUrl: string | undefined): Links {
  // Keys of their own, so that no token can ever pass for a link.
  const keys = secrets.map((secret) => createHmac('sha256', secret).update('octavo file links').digest());
  const signatures = (subject: string, end: string) =>
    keys.map((key) => createHmac('sha256', key).update(`${subject} ${end}`).digest('base64url'));

  function sign(path: string, subject: string): string {
    const end = String((Math.floor(Date.now() / quarterMs) + 2) * quarterMs);
    return `${publicUrl ?? ''}${path}?end=${end}&signature=${signatures(subject, end)[0]}`;
  }

  function verify(subject: string, query: URLSearchParams): boolean {
    const end = query.get('end') ?? '';
    const given = Buffer.from(query.get('signature') ?? '');
    const isOurs = signatures(subject, end)
      .map((signature) => Buffer.from(signature))
      .some((wanted) => given.length === wanted.length && timingSafeEqual(given, wanted));
    return isOurs && Number(end) > Date.now();
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
