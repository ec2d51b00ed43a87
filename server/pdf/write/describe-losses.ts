import type { Loss } from '../model/written.ts';

interface Lossy {
  /** Of the result. */
  name: string;
  losses?: readonly Loss[] | undefined;
}

/** Losses in sentences: each kind once, summed over the results, of which a split may make a thousand. */
export function describeLosses(results: readonly Lossy[]): string[] {
  const kinds = new Map<string, { count: number | undefined; names: Set<string> }>();
  for (const { name, losses = [] } of results) {
    for (const { says, count, source } of losses) {
      const sentence = source === undefined ? says : `${source}: ${says}`;
      const kind = kinds.get(sentence) ?? { count: undefined, names: new Set() };
      if (count !== undefined) kind.count = (kind.count ?? 0) + count;
      kind.names.add(name);
      kinds.set(sentence, kind);
    }
  }
  return [...kinds].map(([sentence, { count, names }]) => {
    const number = count === undefined ? '' : `: ${count.toLocaleString('en')}`;
    return `${sentence}${number}${where([...names], results.length)}.`;
  });
}

function where(names: readonly string[], results: number): string {
  if (results === 1) return '';
  return names.length === 1
    ? `, in ${names[0]}`
    : `, in ${names.length.toLocaleString('en')} of ${results.toLocaleString('en')} results`;
}
