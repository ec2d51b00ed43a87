import { errorCodes } from '../server/errors.ts';
import { builder } from './builder.ts';
import type { UserErrorShape } from './refusals.ts';

export const ErrorCode = builder.enumType('ErrorCode', {
  description:
    'Closed; the same words in `userErrors`, `JobError`, `extensions.code` and the JSON errors of HTTP. ' +
    'INTERNAL is ours, masked, with a request id; it is never the answer to a bad PDF.',
  values: errorCodes,
});

export const UserError = builder.objectRef<UserErrorShape>('UserError').implement({
  description: 'Something that the user can mend.',
  fields: (t) => ({
    code: t.field({ type: ErrorCode, resolve: (error) => error.code }),
    message: t.exposeString('message', {
      description: 'A sentence to show: what is wrong, and what is allowed.',
    }),
    field: t.stringList({
      nullable: true,
      most: 10,
      description: 'The path into the input, as `["input", "steps", "0", "rotate", "degrees"]`.',
      resolve: (error) => (error.field.length > 0 ? [...error.field] : null),
    }),
  }),
});
