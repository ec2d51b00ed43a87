import { createHash } from 'node:crypto';
import type { JobRow } from '../db/tables.ts';
import { AppError } from '../errors.ts';
import { type FieldName, type JobField, jobFields, type NewJob, type TextName } from './job-fields.ts';

/** What two inputs with one idempotency key must have in common. */
export function hashOf(input: NewJob): string {
  const hashed = (when: JobField['hashed']) => names.filter((name) => fields[name].hashed === when);
  const always = hashed('always').map((name) => input[name] ?? null);
  const later = hashed('if given').flatMap((name) =>
    input[name] === undefined ? [] : [[name, input[name]]],
  );
  return createHash('sha256')
    .update(JSON.stringify([...always, input.retryOf ?? null, ...later]))
    .digest('hex');
}

/** All that is wrong with the texts beside their lengths. */
export function faultsOf(input: NewJob): AppError[] {
  return textNames.flatMap((name) => {
    const given = input[name];
    const field: JobField = jobFields[name];
    if (given === undefined || field.type !== 'TEXT') return [];
    const fault = field.fault?.(cleaned(name, given), input);
    return fault === undefined ? [] : [new AppError('INVALID_INPUT', fault, { field: ['input', name] })];
  });
}

/** The texts as their columns have them. */
export function textsOf(input: NewJob): Record<TextName, string | null> {
  const texts = textNames.map((name) => [name, cleaned(name, input[name] ?? '') || null]);
  return Object.fromEntries(texts);
}

/** A text as it is kept. */
export function cleaned(name: TextName, given: string): string {
  const field: JobField = jobFields[name];
  return field.type === 'TEXT' && field.clean ? field.clean(given) : given;
}

/** A job that is to be as this one. */
export function copyOf(job: JobRow, fileIds: readonly string[]): NewJob {
  const given = { ...job, fileIds };
  const copied = names.filter((name) => fields[name].copied).map((name) => [name, given[name] ?? undefined]);
  return Object.fromEntries(copied);
}

const fields: Record<FieldName, JobField> = jobFields;
const names = Object.keys(jobFields) as FieldName[];
const textNames = names.filter((name) => fields[name].type === 'TEXT') as TextName[];
