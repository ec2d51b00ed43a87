import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  type GraphQLInputType,
  getNamedType,
  getNullableType,
  isInputObjectType,
  isIntrospectionType,
  isListType,
  isObjectType,
} from 'graphql';
import { boundsOf } from '../schema/check-arguments.ts';
import type { AnswerBounds } from '../schema/bounds.ts';
import { schema } from '../schema/schema.ts';

const types = Object.values(schema.getTypeMap()).filter((type) => !isIntrospectionType(type));
const fields = types
  .filter(isObjectType)
  .flatMap((type) =>
    Object.values(type.getFields()).map((field) => ({ name: `${type.name}.${field.name}`, field })),
  );

const usual = { text: 5_000, items: 500 };
/** Leaf by leaf, as many pages as a document may have. */
const arrangement = { text: 300_000, items: 20_000 };

test('every text and list that the schema takes has a bound', async (t) => {
  const taken = [
    ...fields.flatMap(({ name, field }) =>
      field.args.map(({ type, extensions, name: arg }) => ({ type, extensions, name: `${name}(${arg})` })),
    ),
    ...types.filter(isInputObjectType).flatMap((type) =>
      Object.values(type.getFields()).map((field) => ({
        type: field.type,
        extensions: field.extensions,
        name: `${type.name}.${field.name}`,
      })),
    ),
  ];
  assert.ok(taken.length > 80);
  for (const { name, type, extensions } of taken)
    await t.test(name, () => {
      const { maxLength, maxItems } = boundsOf(extensions);
      const most = name.startsWith('Arrange') ? arrangement : usual;
      if (isText(type)) assert.ok(maxLength && maxLength <= most.text, 'no maxLength');
      if (isListType(getNullableType(type))) assert.ok(maxItems && maxItems <= most.items, 'no maxItems');
    });
});

test('every list that the schema gives says what it can hold', async (t) => {
  const lists = fields.filter(({ field }) => isListType(getNullableType(field.type)));
  assert.ok(lists.length > 15);
  for (const { name, field } of lists) await t.test(name, () => assert.ok(answerOf(field).most, 'no most'));
  const paged = fields.filter(({ field }) =>
    field.args.some(({ name }) => name === 'first' || name === 'last'),
  );
  for (const { name, field } of paged)
    await t.test(`${name}, a page`, () => {
      const { most, pageSize } = answerOf(field);
      assert.ok(typeof most === 'number' && pageSize, 'no most, or no pageSize');
      for (const { name, extensions } of field.args)
        if (name === 'first' || name === 'last') assert.equal(boundsOf(extensions).max, most);
    });
});

function isText(type: GraphQLInputType): boolean {
  return ['String', 'ID'].includes(getNamedType(type).name);
}

function answerOf({ extensions }: { extensions: Readonly<Record<string, unknown>> }): AnswerBounds {
  return extensions.answer as AnswerBounds;
}
