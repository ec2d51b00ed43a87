import { useId } from 'react';
import { strings } from '../strings.ts';
import { jobTextNames } from './job-texts.ts';
import type { JobTexts } from './job-texts.ts';
import type { Refusal } from './use-create-job.ts';

/** The fields for what may be said of the job as a whole; none must be filled. */
export function JobTextFields({
  texts,
  refusals,
  set,
}: {
  texts: JobTexts;
  refusals(name: string): readonly Refusal[];
  set(texts: JobTexts): void;
}) {
  const id = useId();
  return (
    <section className="fields" aria-label={strings.aboutJob}>
      {jobTextNames.map((name) => {
        const [refusal] = refusals(name);
        return (
          <div className="field" key={name}>
            <label htmlFor={`${id}-${name}`}>{strings.jobTexts[name].title}</label>
            <input
              id={`${id}-${name}`}
              value={texts[name] ?? ''}
              onChange={(event) => set({ ...texts, [name]: event.target.value })}
              placeholder={strings.optional}
              maxLength={200}
              autoComplete="off"
              aria-describedby={`${id}-${name}-hint`}
              aria-invalid={refusal !== undefined}
            />
            <p className="hint" id={`${id}-${name}-hint`}>
              {refusal && (
                <span className="refusal">
                  {refusal.message}
                  <br />
                </span>
              )}
              <span className="faint">{strings.jobTexts[name].hint}</span>
            </p>
          </div>
        );
      })}
    </section>
  );
}
