/** Letters that one text has more than the other, each way: readers may order and divide words as they like. */
export function lettersBetween(before: string, after: string): [lost: string, gained: string] {
  const [one, other] = [before, after].map((text) => [...text.replace(/\s+/gu, '')]);
  return [without(one!, other!).join(''), without(other!, one!).join('')];
}

/** Those that are not among others, each as often as it is there more. */
export function without(items: readonly string[], others: readonly string[]): string[] {
  const counts = new Map<string, number>();
  for (const item of others) counts.set(item, (counts.get(item) ?? 0) + 1);
  return items.filter((item) => {
    const left = counts.get(item) ?? 0;
    counts.set(item, left - 1);
    return left <= 0;
  });
}
