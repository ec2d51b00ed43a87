import { AppError, errorCodes } from '../server/errors.ts';
import { builder } from './builder.ts';

export const ErrorCode = builder.enumType('ErrorCode', {
  description:
    'Closed; the same words in `userErrors`, `JobError`, `extensions.code` and the JSON errors of HTTP. ' +
    'INTERNAL is ours, masked, with a request id; it is never the answer to a bad PDF.',
  values: errorCodes,
});

/** Plain data: an Error among the values would be taken for one that was thrown. */
export type UserErrorShape = Pick<AppError, 'code' | 'message' | 'field'>;

export const UserError = builder.objectRef<UserErrorShape>('UserError').implement({
  description: 'Something that the user can mend.',
  fields: (t) => ({
    code: t.field({ type: ErrorCode, resolve: (error) => error.code }),
    message: t.exposeString('message', {
      description: 'A sentence to show: what is wrong, and what is allowed.',
    }),
    field: t.stringList({
      nullable: true,
      description: 'The path into the input, as `["input", "steps", "0", "rotate", "degrees"]`.',
      resolve: (error) => (error.field.length > 0 ? [...error.field] : null),
    }),
  }),
});

/** Runs a mutation; what it refuses becomes data, anything else stays an error. */
export async function refusals<T>(
  work: () => Promise<T>,
): Promise<{ result?: T; userErrors: UserErrorShape[] }> {
  try {
    return { result: await work(), userErrors: [] };
  } catch (error) {
    const refused = error instanceof AggregateError ? error.errors : [error];
    if (!refused.every((one) => one instanceof AppError && one.field[0] === 'input')) throw error;
    return { userErrors: (refused as AppError[]).map(userError) };
  }
}

export function userError({ code, message, field }: AppError): UserErrorShape {
  return { code, message, field };
}
