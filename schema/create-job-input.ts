import type { InputFieldBuilder } from '@pothos/core';
import { parseId } from '../server/id.ts';
import { type FieldName, type JobField, jobFields, type NewJob } from '../server/jobs/job-fields.ts';
import { builder } from './builder.ts';
import { StepInput } from './step.ts';

/** What GraphQL gives for a field of each type. */
interface Given {
  FILES: string[];
  STEPS: Record<string, object | null>[];
  TEXT: string | null | undefined;
}

const declared = Object.entries(jobFields) as [FieldName, JobField][];

/** Made from the declarations of a job's fields. */
export const CreateJobInput = builder
  .inputRef<{ [K in FieldName]: Given[(typeof jobFields)[K]['type']] }>('CreateJobInput')
  .implement({
    // Names that are known at run time only.
    fields: (t) => Object.fromEntries(declared.map(([name, field]) => [name, inputField(t, field)])) as never,
  });

/** The same as `server/jobs/` knows it. */
export function newJob(input: typeof CreateJobInput.$inferInput): NewJob {
  const values = declared.map(([name, { type }]) => [name, readers[type](input[name] as never)]);
  return Object.fromEntries(values) as NewJob;
}

const readers: { [T in JobField['type']]: (given: Given[T]) => unknown } = {
  FILES: (ids) => ids.map((id) => parseId('file', id)),
  STEPS: (steps) =>
    steps
      .flatMap((step) => Object.entries(step))
      .map(([name, options]) => ({ name, options: { ...options } })),
  TEXT: (text) => text || undefined,
};

function inputField(t: InputFieldBuilder<typeof builder.$inferSchemaTypes, 'InputObject'>, field: JobField) {
  const { description } = field;
  if (field.type === 'TEXT') return t.string({ description, maxLength: field.maxLength });
  const list = { description, maxItems: field.maxItems, required: true } as const;
  return field.type === 'FILES' ? t.idList(list) : t.field({ ...list, type: [StepInput] });
}
