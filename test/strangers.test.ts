import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import {
  buildSchema,
  getNamedType,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLOutputType,
  isInputObjectType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  isRequiredArgument,
} from 'graphql';
import { type Client, transports } from './helpers/client.ts';
import { makePdf } from './helpers/pdf.ts';
import { startServer } from './helpers/server.ts';

const schema = buildSchema(await readFile(new URL('../schema/schema.graphql', import.meta.url), 'utf8'));
const secret = 'quarterly-figures';

/** Every root field of the schema, asked with ids of something that exists. */
interface Question {
  name: string;
  kind: 'query' | 'mutation' | 'subscription';
  operation: string;
}

function questions(id: string): Question[] {
  const roots = {
    query: schema.getQueryType(),
    mutation: schema.getMutationType(),
    subscription: schema.getSubscriptionType(),
  };
  return Object.entries(roots).flatMap(([kind, type]) =>
    Object.values(type?.getFields() ?? {}).map((field) => ({
      name: field.name,
      kind: kind as Question['kind'],
      operation: `${kind} { ${field.name}${argumentsOf(field, id)} ${selection(field.type)} }`,
    })),
  );
}

test('a stranger finds nothing of another owner, whatever is asked', async (t) => {
  await using server = await startServer();
  const owner = await server.guest();
  const stranger = await server.guest();
  const fileId = await owner.upload(makePdf({ pages: 3 }), `${secret}.pdf`);
  const jobId = await owner.startJob([fileId], [{ rotate: { degrees: 90 } }], { name: secret });
  const finished = await owner.finish(jobId);
  const outputId = finished.outputs[0]?.id ?? '';

  for (const id of [jobId, fileId, outputId])
    for (const { name, kind, operation } of questions(id))
      await t.test(`${kind} ${name} with ${id.split('_')[0]} id`, async () => {
        if (kind !== 'subscription') {
          const text = JSON.stringify(await stranger.ask(operation));
          assert.doesNotMatch(text, /LIMIT_EXCEEDED/);
          for (const word of [secret, finished.outputs[0]?.sha256 ?? ''])
            assert.ok(!text.includes(word), `${word} in ${text.slice(0, 500)}`);
        } else for (const transport of transports) await hearsNothing(stranger, transport, operation);
      });

  await t.test('the owner has lost nothing by it', async () => {
    assert.deepEqual(await owner.job(jobId), finished);
  });

  for (const id of [fileId, outputId])
    await t.test(`GET /files/${id.slice(0, 9)}… is the same answer as for no file at all`, async () => {
      const [foreign, none] = await Promise.all(
        [id, 'file_0123456789abcdef0123456789abcdef'].map(async (one) => {
          const response = await fetch(`${stranger.url}/files/${one}`, { headers: stranger.headers });
          return [response.status, await response.text()];
        }),
      );
      assert.deepEqual(foreign, none);
      assert.equal(foreign?.[0], 404);
      const own = await fetch(`${owner.url}/files/${id}`, { headers: owner.headers });
      assert.equal(own.status, 200);
      await own.arrayBuffer();
    });
});

test('without an identity only the steps are there', async (t) => {
  await using server = await startServer({ worker: false });
  const owner = await server.guest();
  const fileId = await owner.upload(makePdf({ pages: 1 }));
  const jobId = await owner.startJob([fileId], [{ rotate: { degrees: 90 } }]);
  const { Client } = await import('./helpers/client.ts');
  const nobody = new Client(server.url, undefined);
  for (const { name, kind, operation } of questions(jobId))
    await t.test(`${kind} ${name}`, async () => {
      if (name === 'steps')
        return assert.ok((await nobody.ask<{ steps: unknown[] }>(operation)).data?.steps.length);
      if (kind !== 'subscription') {
        const { errors } = await nobody.ask(operation);
        assert.equal(errors?.[0]?.extensions.code, 'UNAUTHENTICATED');
      } else {
        for await (const { errors } of nobody.subscribe('sse', operation))
          assert.equal(errors?.[0]?.extensions.code, 'UNAUTHENTICATED');
        await assert.rejects(
          async () => {
            for await (const _ of nobody.subscribe('ws', operation)) assert.fail('a payload for nobody');
          },
          { code: 4403 },
        );
      }
    });
  for (const [method, path] of [
    ['POST', '/files?name=a.pdf'],
    ['GET', `/files/${fileId}`],
  ] as const)
    await t.test(`${method} ${path.split('?')[0]}`, async () => {
      const response = await fetch(server.url + path, { method });
      assert.equal(response.status, 401);
      assert.equal(((await response.json()) as { error: { code: string } }).error.code, 'UNAUTHENTICATED');
    });
});

/** The stranger starts a job of its own, which must be the first thing that it hears of, or is refused at once. */
async function hearsNothing(stranger: Client, transport: 'sse' | 'ws', operation: string) {
  const file = await stranger.upload(makePdf({ pages: 1 }), 'own.pdf');
  const stream = stranger.subscribe(transport, operation);
  const own = stranger.startJob([file], [{ rotate: { degrees: 90 } }], { name: 'own' });
  try {
    for await (const payload of stream) {
      assert.doesNotMatch(JSON.stringify(payload), new RegExp(secret));
      if (payload.errors) assert.equal(payload.errors[0]?.extensions.code, 'NOT_FOUND');
      else assert.match(JSON.stringify(payload), /"name":"own"/);
      break;
    }
  } catch (errors) {
    assert.equal((errors as { extensions: { code: string } }[])[0]?.extensions.code, 'NOT_FOUND');
  }
  await stranger.finish(await own);
}

function argumentsOf(field: GraphQLField<unknown, unknown>, id: string): string {
  const given = field.args
    .filter((arg) => isRequiredArgument(arg))
    .map((arg) => `${arg.name}: ${literal(arg.type, id)}`);
  // All fields of a whole page would be refused for their number, whoever asks.
  if (field.args.some(({ name }) => name === 'first')) given.push('first: 5');
  return given.length > 0 ? `(${given.join(', ')})` : '';
}

function literal(type: GraphQLInputType, id: string): string {
  if (isNonNullType(type)) return literal(type.ofType, id);
  if (isListType(type)) return `[${literal(type.ofType, id)}]`;
  if (type.name === 'StepInput') return '{ rotate: { degrees: 90 } }';
  if (isInputObjectType(type))
    return `{ ${Object.values(type.getFields())
      .filter((field) => isNonNullType(field.type))
      .map((field) => `${field.name}: ${literal(field.type, id)}`)
      .join(', ')} }`;
  assert.equal(type.name, 'ID', `the test does not know how to fill a ${type.name}`);
  return JSON.stringify(id);
}

/** All fields that need no argument, some levels down. */
function selection(type: GraphQLOutputType, depth = 0): string {
  const named = getNamedType(type);
  if (isLeafType(named)) return '';
  const fields = isObjectType(named) ? Object.values(named.getFields()) : [];
  const inner = fields
    .filter((field) => isLeafType(getNamedType(field.type)) || depth < 3)
    .map((field) => `${field.name} ${selection(field.type, depth + 1)}`)
    .filter((text) => !text.endsWith('{  }'));
  return `{ ${['__typename', ...inner].join(' ')} }`;
}
