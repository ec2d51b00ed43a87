import {
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  isCompositeType,
  isListType,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
  valueFromASTUntyped,
} from 'graphql';
import type { AnswerBounds } from '../../schema/bounds.ts';

export interface Measure {
  depth: number;
  aliases: number;
  /** Values that the answer can have, in its lists as many as they can hold; some weigh more than one. */
  cost: number;
}

/**
 * What an operation asks for, before it is done: valid documents only. Each fragment is measured once, so that nesting
 * them cannot explode.
 */
export function measure(
  schema: GraphQLSchema,
  operation: OperationDefinitionNode,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
  variables: Readonly<Record<string, unknown>>,
): Measure {
  const measured = new Map<string, Measure>();

  function selection(type: GraphQLCompositeType | undefined, set: SelectionSetNode | undefined): Measure {
    const sum: Measure = { depth: 0, aliases: 0, cost: 0 };
    for (const node of set?.selections ?? []) {
      const one =
        node.kind === Kind.FIELD
          ? field(type, node)
          : node.kind === Kind.INLINE_FRAGMENT
            ? selection(typeNamed(node.typeCondition?.name.value) ?? type, node.selectionSet)
            : spread(node.name.value);
      sum.depth = Math.max(sum.depth, one.depth);
      sum.aliases += one.aliases;
      sum.cost += one.cost;
    }
    return sum;
  }

  function field(parent: GraphQLCompositeType | undefined, node: FieldNode): Measure {
    const definition = parent && schema.getField(parent, node.name.value);
    const type = definition && getNamedType(definition.type);
    const below = selection(isCompositeType(type) ? type : undefined, node.selectionSet);
    return {
      depth: below.depth + 1,
      aliases: below.aliases + (node.alias ? 1 : 0),
      cost: definition ? surcharge(definition) + itemsOf(definition, node) * (1 + below.cost) : 0,
    };
  }

  function spread(name: string): Measure {
    const known = measured.get(name);
    if (known) return known;
    const fragment = fragments.get(name);
    const result = selection(typeNamed(fragment?.typeCondition.name.value), fragment?.selectionSet);
    measured.set(name, result);
    return result;
  }

  function typeNamed(name: string | undefined): GraphQLCompositeType | undefined {
    const type = name === undefined ? undefined : schema.getType(name);
    return isCompositeType(type) ? type : undefined;
  }

  function itemsOf({ type, extensions }: GraphQLField<unknown, unknown>, node: FieldNode): number {
    const { most, pageSize } = answerBoundsOf(extensions);
    if (most === 'page') return 1;
    if (most === undefined) return isListType(getNullableType(type)) ? introspected : 1;
    return Math.min(most, pageOf(node) ?? pageSize ?? most);
  }

  /** Items that a page is asked to have. */
  function pageOf({ arguments: args = [] }: FieldNode): number | undefined {
    const sizes = args
      .filter(({ name }) => name.value === 'first' || name.value === 'last')
      .map(({ value }) =>
        value.kind === Kind.VARIABLE ? variableOf(value.name.value) : valueFromASTUntyped(value),
      )
      .filter((size) => typeof size === 'number');
    return sizes.length > 0 ? Math.max(0, ...sizes) : undefined;
  }

  function variableOf(name: string): unknown {
    const definition = operation.variableDefinitions?.find(({ variable }) => variable.name.value === name);
    return variables[name] ?? (definition?.defaultValue && valueFromASTUntyped(definition.defaultValue));
  }

  return selection(schema.getRootType(operation.operation) ?? undefined, operation.selectionSet);
}

function surcharge({ extensions }: GraphQLField<unknown, unknown>): number {
  return (answerBoundsOf(extensions).weight ?? 1) - 1;
}

/** Nothing is declared with the fields of introspection. */
function answerBoundsOf(extensions: Readonly<Record<string, unknown>>): AnswerBounds {
  return extensions.answer ?? {};
}

/** Lists of introspection hold about so many: fields, arguments, values of types. */
const introspected = 10;
