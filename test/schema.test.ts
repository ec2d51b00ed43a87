import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import {
  buildSchema,
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputField,
  type GraphQLNamedType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  print,
} from 'graphql';

const read = (path: string) => readFile(new URL(path, import.meta.url), 'utf8');
const contract = buildSchema(await read('fixtures/contract.graphql'));
const printed = buildSchema(await read('../schema/schema.graphql'));

for (const wanted of Object.values(contract.getTypeMap())) {
  if (wanted.name.startsWith('__')) continue;
  test(`the schema keeps the contract's ${wanted.name}`, () => {
    const found = printed.getType(wanted.name);
    assert.ok(found, `type ${wanted.name} is missing`);
    assert.deepEqual(describe(wanted, found), describe(wanted, wanted));
  });
}

test('the contract is compared in full, and a difference is seen', () => {
  const other = buildSchema('type Query { steps: [Int!]! } enum JobState { QUEUED }');
  for (const name of ['Query', 'JobState']) {
    const [wanted, found] = [contract.getType(name), other.getType(name)];
    assert.ok(wanted && found);
    assert.notDeepEqual(describe(wanted, found), describe(wanted, wanted));
  }
});

/** What `found` says of all that `wanted` has; more is welcome. */
function describe(wanted: GraphQLNamedType, found: GraphQLNamedType): unknown {
  if (wanted.constructor !== found.constructor) return `another kind: ${found.constructor.name}`;
  if (isEnumType(wanted) && isEnumType(found))
    return wanted.getValues().map(({ name }) => found.getValue(name)?.name ?? `no ${name}`);
  if (isInputObjectType(wanted) && isInputObjectType(found))
    return {
      oneOf: found.isOneOf,
      fields: Object.keys(wanted.getFields()).map((name) => input(found.getFields()[name], name)),
    };
  if ((isObjectType(wanted) || isInterfaceType(wanted)) && (isObjectType(found) || isInterfaceType(found)))
    return {
      interfaces: found.getInterfaces().map(({ name }) => name),
      fields: Object.entries(wanted.getFields()).map(([name, field]) =>
        output(field, found.getFields()[name]),
      ),
    };
  return found.name;
}

function output(
  wanted: GraphQLField<unknown, unknown>,
  found: GraphQLField<unknown, unknown> | undefined,
): unknown {
  if (!found) return `no ${wanted.name}`;
  const args = wanted.args.map(({ name }) =>
    input(
      found.args.find((arg) => arg.name === name),
      name,
    ),
  );
  // What a client need not give does not break it; what it must give would.
  const newlyRequired = found.args.filter(
    (arg) => String(arg.type).endsWith('!') && !wanted.args.some(({ name }) => name === arg.name),
  );
  return [found.name, String(found.type), args, newlyRequired.map(({ name }) => name)];
}

function input(found: GraphQLArgument | GraphQLInputField | undefined, name: string): unknown {
  const literal = found?.default && 'literal' in found.default ? found.default.literal : undefined;
  return found ? [name, String(found.type), literal && print(literal)] : `no ${name}`;
}
