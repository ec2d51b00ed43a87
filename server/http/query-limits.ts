import {
  type ExecutionArgs,
  type FragmentDefinitionNode,
  GraphQLError,
  getOperationAST,
  Kind,
  parse,
} from 'graphql';
import type { Plugin } from 'graphql-yoga';
import type { Context } from '../../schema/builder.ts';
import { ownerHash } from '../owner.ts';
import { clientNetwork } from './client-network.ts';
import { measure } from './query-cost.ts';
import { createTurns } from './query-turns.ts';
import type { Stalls } from './stalls.ts';
import type { HttpContext } from './http-context.ts';

/** What a request may be, and what its operation may ask for. */
export const queryLimits = {
  /** Bytes of a request, variables and all, over HTTP and WebSocket. */
  bytes: 1_000_000,
  /** Of the document alone. */
  characters: 50_000,
  /** Of the document: validation takes the square of them. */
  tokens: 1_000,
  depth: 16,
  aliases: 30,
  /** Values in the answer, were all lists full. An owner's operations wait for each other above the same. */
  cost: 250_000,
} as const;

/**
 * Refuses what is too much before anything is done for it, and lets an owner's operations take turns: each until its
 * answer has been read, or the memory of those that nobody reads would have no bound.
 */
export function limits(stalls: Stalls): Plugin<Context & Partial<HttpContext>> {
  const takeTurn = createTurns(queryLimits.cost);
  return {
    onParse({ params, setParseFn }) {
      const characters = params.source.toString().length;
      if (characters > queryLimits.characters) throw tooMuch('characters', characters);
      setParseFn((source, options) => {
        try {
          return parse(source, { ...options, maxTokens: queryLimits.tokens });
        } catch (error) {
          // graphql-js says it in words only.
          throw String(error).includes('tokens. Parsing aborted') ? tooMuch('tokens') : error;
        }
      });
    },
    onExecute({ args, executeFn, setExecuteFn, setResultAndStopExecution }) {
      const { errors, cost } = check(args);
      if (errors.length > 0) return setResultAndStopExecution({ errors });
      const { res } = args.contextValue;
      setExecuteFn(async (args) => {
        const end = await takeTurn(whoOf(args.contextValue), cost);
        if (res && !res.destroyed) {
          res.once('close', end);
          if (res.socket) res.once('close', stalls.watch(res.socket));
          return executeFn(args);
        }
        try {
          // Who has left meanwhile waits for nothing.
          return res ? { data: null } : await executeFn(args);
        } finally {
          end();
        }
      });
    },
    onSubscribe({ args, setResultAndStopExecution }) {
      const { errors } = check(args);
      if (errors.length > 0) setResultAndStopExecution({ errors });
    },
  };
}

/** Who takes turns: strangers do by their network, or one of them would hold up all. */
function whoOf({ viewer, services, req }: Context & Partial<HttpContext>): string {
  if (viewer) return ownerHash(viewer);
  return req ? clientNetwork(services, req) : '';
}

function check({ schema, document, operationName, variableValues }: ExecutionArgs) {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions)
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  const operation = getOperationAST(document, operationName);
  // Without one nothing is done.
  if (!operation) return { errors: [], cost: 0 };
  const measured = measure(schema, operation, fragments, variableValues ?? {});
  const errors = (['depth', 'aliases', 'cost'] as const)
    .filter((name) => measured[name] > queryLimits[name])
    .map((name) => tooMuch(name, measured[name]));
  return { errors, cost: measured.cost };
}

function tooMuch(name: keyof typeof queryLimits, found?: number): GraphQLError {
  const is = found === undefined ? 'exceeds' : `is ${found.toLocaleString('en')}, more than`;
  const advice = name === 'cost' ? ' Ask for smaller pages (`first`), or for fewer of the lists.' : '';
  return new GraphQLError(
    `The operation's ${name} ${is} the ${queryLimits[name].toLocaleString('en')} allowed.${advice}`,
    { extensions: { code: 'LIMIT_EXCEEDED', http: { status: 400, spec: true } } },
  );
}
