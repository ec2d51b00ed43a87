/** What may be said of the job as a whole, by its names in `CreateJobInput`. */
export const jobTextNames = ['outputName', 'label'] as const;
export type JobTextName = (typeof jobTextNames)[number];
export type JobTexts = Readonly<Partial<Record<JobTextName, string>>>;

/** Those that say something. */
export function givenTexts(texts: JobTexts): JobTexts {
  return Object.fromEntries(Object.entries(texts).filter(([, text]) => text.trim() !== ''));
}
