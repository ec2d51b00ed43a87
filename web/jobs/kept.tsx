import { strings } from '../strings.ts';
import type { JobData } from './job-fields.ts';

/** What the documents had beside their pages, and what the results have of it. */
export function Kept({ report }: { report: JobData['report'] }) {
  const rows = report?.structures.filter(({ before }) => before > 0) ?? [];
  if (rows.length === 0) return null;
  return (
    <table className="kept">
      <caption>{strings.kept}</caption>
      <thead>
        <tr>
          <th scope="col" className="unseen">
            {strings.structure}
          </th>
          <th scope="col">{strings.keptBefore}</th>
          <th scope="col">{strings.keptAfter}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(({ structure, before, after }) => (
          <tr key={structure} className={after !== null && after < before ? 'fewer' : undefined}>
            <th scope="row">{strings.structures[structure]}</th>
            <td>{before.toLocaleString('en')}</td>
            <td>{after === null ? '–' : after.toLocaleString('en')}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
