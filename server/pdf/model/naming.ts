/** What the results of a job are called by, beside what they are made of. */
export interface Naming {
  /** The job's name. */
  job: string;
  /** All of its files, in order. */
  inputs: readonly { name: string; pages: number }[];
  /** ISO 8601: when the job was created. */
  date?: string;
  label?: string | undefined;
  /** As the client wants it, see `plan/name-template.ts`; as a person would, if left out. */
  template?: string | undefined;
}
