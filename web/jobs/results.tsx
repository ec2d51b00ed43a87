import { bytes, moment } from '../format.ts';
import { strings } from '../strings.ts';
import { useNow } from '../ui/use-now.ts';
import type { JobData } from './job-fields.ts';
import { Kept } from './kept.tsx';
import { Result } from './result.tsx';
import { useFreshLink } from './use-fresh-link.ts';
import './files.css';

/** What came out, to be looked at and downloaded, and until when. */
export function Results({ job }: { job: JobData }) {
  const now = useNow(60_000);
  const expired = job.expired || (job.expiresAt !== null && Date.parse(job.expiresAt) <= now);
  const there = job.outputs.length > 0 && !expired;
  if (job.state === 'FAILED' || job.state === 'CANCELED') return null;
  return (
    <section className="sheet">
      <div className="results-head">
        <h2>{strings.results}</h2>
        {there && job.expiresAt && (
          <span className="faint">{strings.expires(moment(job.expiresAt, now))}</span>
        )}
      </div>
      {there ? (
        <ul className="files">
          {job.outputs.map((file) => (
            <Result key={file.id} file={file} before={before(job)} />
          ))}
        </ul>
      ) : (
        <p className="faint">{expired ? strings.resultsExpired : strings.resultsPending}</p>
      )}
      {there && job.outputs.length > 1 && (
        <p className="results-end">
          <span className="faint">
            {strings.inAll(bytes(job.outputs.reduce((sum, file) => sum + file.bytes, 0)))}
          </span>
          {job.archive && <Archive id={job.id} url={job.archive} />}
        </p>
      )}
      {there && <Kept report={job.report} />}
    </section>
  );
}

function Archive({ id, url }: { id: string; url: string }) {
  const { follow, gone } = useFreshLink(id, url);
  if (gone) return <span className="refusal">{strings.gone}</span>;
  return (
    <a className="button primary" href={url} onClick={(event) => void follow(event)} download>
      {strings.downloadAll}
    </a>
  );
}

/** Bytes of what the one result was made from; undefined where there are several, which share it. */
function before({ inputs, outputs }: JobData): number | undefined {
  return outputs.length === 1 ? inputs.reduce((sum, file) => sum + file.bytes, 0) : undefined;
}
