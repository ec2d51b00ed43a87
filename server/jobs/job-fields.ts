import { most } from '../bounds.ts';
import type { JobRow } from '../db/tables.ts';
import type { RawStep } from '../pdf/parse-steps.ts';
import { faultOfTemplate } from '../pdf/plan/name-template.ts';
import { visibleText } from '../visible-text.ts';

/**
 * All that a client gives for a job: `CreateJobInput`, its checks, the row, the hash of the idempotency key, the retry's
 * copy and `JobFilter` are made from these declarations. Each is kept in the column of its name, but for the files.
 */
export const jobFields = {
  fileIds: {
    type: 'FILES',
    description: 'Uploads of yours, in order; the same may come twice.',
    maxItems: most.files,
    hashed: 'always',
    copied: true,
  },
  steps: {
    type: 'STEPS',
    description: 'Done one after the other.',
    maxItems: most.steps,
    hashed: 'always',
    copied: true,
  },
  name: {
    type: 'TEXT',
    description: 'To find it again; the name of the first file unless given.',
    maxLength: 500,
    clean: visibleText,
    hashed: 'always',
    copied: true,
  },
  label: {
    type: 'TEXT',
    description: 'Free text to sort jobs by, such as the number of a case; `JobFilter` finds them by it.',
    maxLength: 200,
    clean: visibleText,
    filterable: true,
    hashed: 'if given',
    copied: true,
  },
  outputName: {
    type: 'TEXT',
    description:
      'What the results are called: a text with `{name}` (of the file, or of the job where it was several), `{n}` (1, 2, …), ' +
      '`{bookmark}`, `{first}`, `{last}` (pages of a part), `{date}` (2026-01-31, when the job was created, in UTC) and `{label}`. ' +
      'By default `{name}`, of parts `{name} – {bookmark}` or `{name} {first}-{last}`. The extension comes by itself.',
    maxLength: 200,
    clean: visibleText,
    fault: (template, { label }) => faultOfTemplate(template, label ?? ''),
    hashed: 'if given',
    copied: true,
  },
  idempotencyKey: {
    type: 'TEXT',
    description:
      'Per owner: same key and same input, same job; same key and other input: IDEMPOTENCY_CONFLICT.',
    maxLength: 200,
    hashed: 'never',
    copied: false,
  },
} as const satisfies Partial<Record<'fileIds' | keyof JobRow, JobField>>;

export type JobField = ListField | TextField;

interface ListField extends AnyField {
  type: 'FILES' | 'STEPS';
  maxItems: number;
}

interface TextField extends AnyField {
  type: 'TEXT';
  /** UTF-16 code units. */
  maxLength: number;
  /** What is kept of it; where that is nothing, it counts as not given. */
  clean?(value: string): string;
  /** What is wrong with it beside its length, in a sentence. @param given with it, what it may refer to */
  fault?(value: string, given: { label?: string | undefined }): string | undefined;
  /** `JobFilter` has a field of this name: the jobs that have exactly this value. */
  filterable?: true;
}

interface AnyField {
  description: string;
  /** Whether another value is another input. `if given`: came later, and leaves the hashes from before as they are. */
  hashed: 'always' | 'if given' | 'never';
  /** Whether the job of a retry has it too. */
  copied: boolean;
}

type Fields = typeof jobFields;
export type FieldName = keyof Fields;
export type TextName = { [K in FieldName]: Fields[K]['type'] extends 'TEXT' ? K : never }[FieldName];
export type FilterableName = {
  [K in FieldName]: Fields[K] extends { filterable: true } ? K : never;
}[FieldName];

export const filterable = Object.entries<JobField>(jobFields).flatMap(([name, field]) =>
  field.type === 'TEXT' && field.filterable ? [name as FilterableName] : [],
);

/** A job as it is asked for. */
export type NewJob = {
  /** UUIDs; undefined where the client's id is none of ours. */
  fileIds: readonly (string | undefined)[];
  steps: readonly RawStep[];
  retryOf?: string | undefined;
} & { [K in TextName]?: string | undefined };
