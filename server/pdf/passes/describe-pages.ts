/** `Page 3`, `Pages 3, 7-9`; ascending and one-based. @param mostParts more would fill the timeline */
export function describePages(pages: readonly number[], mostParts = 12): string {
  const parts: [first: number, last: number][] = [];
  for (const page of pages) {
    const part = parts.at(-1);
    if (part?.[1] === page - 1) part[1] = page;
    else parts.push([page, page]);
  }
  const named = parts.slice(0, mostParts);
  const list = named.map(([first, last]) => (first === last ? `${first}` : `${first}-${last}`)).join(', ');
  const others = pages.length - named.reduce((sum, [first, last]) => sum + last - first + 1, 0);
  return `${pages.length === 1 ? 'Page' : 'Pages'} ${list}${others > 0 ? ` and ${others} more` : ''}`;
}
