import { useState } from 'react';
import type { MouseEvent } from 'react';
import { useClient } from 'urql';
import { bytes, moment } from '../format.ts';
import { graphql } from '../graphql.ts';
import { strings } from '../strings.ts';
import { useNow } from '../ui/use-now.ts';
import { isFinished } from './job-fields.ts';
import type { JobData } from './job-fields.ts';
import './files.css';

/** What came out, to be downloaded, and until when. */
export function Results({ job }: { job: JobData }) {
  const now = useNow(60_000);
  const expired = job.expired || (job.expiresAt !== null && Date.parse(job.expiresAt) <= now);
  return (
    <section className="sheet">
      <h2>{strings.results}</h2>
      {job.outputs.length > 0 && !expired ? (
        <ul className="files">
          {job.outputs.map((file) => (
            <Result
              key={file.id}
              file={file}
              before={job.inputs.length === 1 ? job.inputs[0]?.bytes : undefined}
            />
          ))}
        </ul>
      ) : (
        <p className="faint">{absent(job, expired)}</p>
      )}
      {job.expiresAt && !expired && <p className="faint">{strings.expires(moment(job.expiresAt, now))}</p>}
    </section>
  );
}

function absent(job: JobData, expired: boolean): string {
  if (!isFinished(job.state)) return strings.resultsPending;
  return expired ? strings.resultsExpired : strings.resultsNone;
}

type Output = JobData['outputs'][number];

/** `before`: bytes of the one file it was made from. */
function Result({ file, before }: { file: Output; before: number | undefined }) {
  const { follow, gone } = useFreshLink(file);
  return (
    <li>
      <a className="file-name" href={file.url} onClick={follow} download>
        {file.name}
      </a>
      <span className="faint">
        {[
          file.pages !== null && strings.pages(file.pages),
          bytes(file.bytes),
          before && change(before, file.bytes),
        ]
          .filter(Boolean)
          .join(' · ')}
      </span>
      <code className="faint" title={strings.copyHash(file.sha256)}>
        {file.sha256.slice(0, 12)}
      </code>
      <a
        className="button primary"
        href={file.url}
        onClick={follow}
        download
        aria-label={`${strings.download} ${file.name}`}
      >
        {strings.download}
      </a>
      {gone && (
        <p className="refusal" role="alert">
          {strings.gone}
        </p>
      )}
    </li>
  );
}

function change(before: number, after: number): string | false {
  const percent = Math.round((after / before - 1) * 100);
  if (percent === 0) return false;
  return percent < 0 ? strings.smaller(-percent) : strings.larger(percent);
}

const fileUrl = graphql(`
  query FileUrl($id: ID!) {
    node(id: $id) {
      ... on File {
        url
      }
    }
  }
`);

/** Signed links are good for a quarter of an hour at least; on a page that stayed open longer, a click asks for a new one. */
function useFreshLink(file: Output) {
  const client = useClient();
  const [receivedAt] = useState(Date.now);
  const [gone, setGone] = useState(false);

  async function follow(event: MouseEvent) {
    if (Date.now() - receivedAt < 14 * 60_000) return;
    event.preventDefault();
    const { data } = await client.query(fileUrl, { id: file.id });
    const url = data?.node && 'url' in data.node ? data.node.url : undefined;
    setGone(!url);
    if (url) location.assign(url);
  }

  return { follow, gone };
}
