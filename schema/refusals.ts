import { AppError } from '../server/errors.ts';

/** Plain data: an Error among the values would be taken for one that was thrown. */
export type UserErrorShape = Pick<AppError, 'code' | 'message' | 'field'>;

/** Runs a mutation; what it refuses of its input becomes data, anything else stays an error. */
export async function refusals<T>(work: () => Promise<T>): Promise<T | { userErrors: UserErrorShape[] }> {
  try {
    return await work();
  } catch (error) {
    const refused = error instanceof AggregateError ? error.errors : [error];
    if (!refused.every((one) => one instanceof AppError && one.field[0] === 'input')) throw error;
    return { userErrors: (refused as AppError[]).map(userError) };
  }
}

export function userError({ code, message, field }: AppError): UserErrorShape {
  return { code, message, field };
}
