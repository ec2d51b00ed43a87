import { bytes } from '../format.ts';
import { strings } from '../strings.ts';
import { FileThumbnail } from './file-thumbnail.tsx';
import type { JobData } from './job-fields.ts';
import './files.css';

/** What went in. */
export function Inputs({ job }: { job: JobData }) {
  return (
    <section className="sheet">
      <h2>{strings.inputs}</h2>
      <ul className="files">
        {job.inputs.map((file, index) => (
          <li key={`${file.id} ${index}`}>
            <FileThumbnail url={job.expired ? null : file.thumbnail} />
            <span className="file-facts">
              <span className="file-name">{file.name}</span>
              <span className="faint">
                {[file.pages !== null && strings.pages(file.pages), bytes(file.bytes)]
                  .filter(Boolean)
                  .join(' · ')}
              </span>
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
