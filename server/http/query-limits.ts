import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  GraphQLError,
  Kind,
  type SelectionSetNode,
} from 'graphql';

/** What a request may be, and one operation ask for. `cost` counts fields, times the page size below a list. */
export const queryLimits = { bytes: 1_000_000, tokens: 2_000, depth: 16, aliases: 30, cost: 20_000 } as const;

/** Errors for a document that asks too much; each fragment is measured once, so that nesting them cannot explode. */
export function checkQueryLimits(document: DocumentNode): GraphQLError[] {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions)
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  const measured = new Map<string, Measure>();

  function measure(set: SelectionSetNode | undefined): Measure {
    const sum: Measure = { depth: 0, aliases: 0, cost: 0 };
    for (const node of set?.selections ?? []) {
      const one =
        node.kind === Kind.FIELD
          ? field(node)
          : node.kind === Kind.INLINE_FRAGMENT
            ? measure(node.selectionSet)
            : spread(node.name.value);
      sum.depth = Math.max(sum.depth, one.depth);
      sum.aliases += one.aliases;
      sum.cost += one.cost;
    }
    return sum;
  }

  function field(node: FieldNode): Measure {
    const below = measure(node.selectionSet);
    return {
      depth: below.depth + 1,
      aliases: below.aliases + (node.alias ? 1 : 0),
      cost: 1 + below.cost * pageSize(node),
    };
  }

  function spread(name: string): Measure {
    const known = measured.get(name);
    if (known) return known;
    // Stands in while it is measured: a cycle, which validation refuses by itself, ends here.
    measured.set(name, { depth: 0, aliases: 0, cost: 0 });
    const result = measure(fragments.get(name)?.selectionSet);
    measured.set(name, result);
    return result;
  }

  return document.definitions.flatMap((definition) => {
    if (definition.kind !== Kind.OPERATION_DEFINITION) return [];
    const found = measure(definition.selectionSet);
    return (['depth', 'aliases', 'cost'] as const)
      .filter((name) => found[name] > queryLimits[name])
      .map(
        (name) =>
          new GraphQLError(
            `The operation's ${name} is ${found[name]}, more than the ${queryLimits[name]} allowed.`,
            {
              nodes: definition,
              extensions: { code: 'LIMIT_EXCEEDED' },
            },
          ),
      );
  });
}

interface Measure {
  depth: number;
  aliases: number;
  cost: number;
}

/** A page size given as a variable counts as the largest. */
function pageSize(node: FieldNode): number {
  if (!['jobs', 'events'].includes(node.name.value)) return 1;
  const argument = node.arguments?.find(({ name }) => name.value === 'first' || name.value === 'last');
  if (!argument) return 25;
  return argument.value.kind === Kind.INT ? Math.max(1, Number(argument.value.value)) : 100;
}
