import { GraphQLError, type GraphQLErrorExtensions } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { AppError, type ErrorCode, errorCodes, statusOf } from '../errors.ts';
import type { Logger } from '../log.ts';
import { challenge } from './identity.ts';
import { queryLimits } from './query-limits.ts';
import { masked } from './reply.ts';

/**
 * What a client is told of an error, the same over HTTP, SSE and WebSocket: always with a code of ours. What neither we
 * nor the libraries foresaw is logged and masked.
 */
export function toldError(error: unknown, log: Logger): GraphQLError {
  const origin = originOf(error);
  const { nodes, source, positions, path } = error instanceof GraphQLError ? error : {};
  if (origin instanceof GraphQLError) {
    const { message, extensions } = error as GraphQLError;
    const code = codeOf(extensions);
    return new GraphQLError(isTooLarge(extensions) ? tooLarge : message, {
      nodes,
      source,
      positions,
      path,
      extensions: { ...extensions, code },
    });
  }
  const { code, message, field, requestId } = origin instanceof AppError ? origin : masked(origin, log);
  return new GraphQLError(message, {
    nodes,
    path,
    extensions: {
      code,
      ...(field.length > 0 ? { field } : {}),
      ...(requestId ? { requestId } : {}),
      // Nothing has been done yet: the response as a whole is the error.
      ...(path ? {} : { http: { status: statusOf(code) } }),
    },
  });
}

/** Brings those in that the masking does not see: what validation found, bad JSON in an address, answers without words. */
export function codes(log: Logger): Plugin {
  return {
    onRequestParse({ requestParser, setRequestParser }) {
      if (!requestParser) return;
      setRequestParser(async (request) => {
        try {
          return await requestParser(request);
        } catch (error) {
          if (!(error instanceof SyntaxError)) throw error;
          throw new AppError('INVALID_INPUT', '"variables" and "extensions" must be JSON.');
        }
      });
    },
    onValidate:
      () =>
      ({ valid, result, setResult }) => {
        if (!valid) setResult(result.map((error) => toldError(error, log)));
      },
    onResponse({ request, response, setResponse, fetchAPI }) {
      if (response.status === 401)
        response.headers.set('www-authenticate', challenge(request.headers.get('authorization')));
      const message = wordless[response.status];
      if (message === undefined || response.body) return;
      const body = { errors: [{ message, extensions: { code: 'INVALID_INPUT' } }] };
      setResponse(fetchAPI.Response.json(body, response));
    },
  };
}

/** What Yoga says by the status alone. */
const wordless: Record<number, string> = {
  406: 'Subscriptions are answered as text/event-stream, all else as application/graphql-response+json or application/json: "Accept" must allow it.',
  415: 'Send the operation as JSON, with "Content-Type: application/json".',
};

/** The user's news, or a malformed request. */
export function isForeseen(error: unknown): boolean {
  const origin = originOf(error);
  return (
    origin instanceof AppError || (origin instanceof GraphQLError && origin.extensions.code !== 'INTERNAL')
  );
}

/** Without Yoga's note of the HTTP status, which means nothing on a WebSocket. */
export function withoutHttp(error: GraphQLError): GraphQLError {
  const { http: _http, ...extensions } = error.extensions;
  const { message, nodes, source, positions, path } = error;
  return new GraphQLError(message, { nodes, source, positions, path, extensions });
}

/** graphql-js wraps what a resolver throws, and now and then an error of its own once more. */
function originOf(error: unknown): unknown {
  return error instanceof GraphQLError && error.originalError ? originOf(error.originalError) : error;
}

/** The libraries have codes of their own for a malformed request, or none. */
function codeOf(extensions: GraphQLErrorExtensions): ErrorCode {
  const ours = errorCodes.find((code) => code === extensions.code);
  return ours ?? (isTooLarge(extensions) ? 'LIMIT_EXCEEDED' : 'INVALID_INPUT');
}

function isTooLarge({ http }: GraphQLErrorExtensions): boolean {
  return http?.status === 413;
}

const tooLarge = `A request has at most ${queryLimits.bytes.toLocaleString('en')} bytes.`;
