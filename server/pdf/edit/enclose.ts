import type { Balance } from '../model/page.ts';

/** Operators before and after a page's content, so that what is drawn over it begins where the page begins. */
export function enclose(balance: Balance | undefined): [before: string, after: string] {
  const { surplus, open, marks, text, path } = balance ?? balanced;
  const closed = `${path ? 'n\n' : ''}${text ? 'ET\n' : ''}${'EMC\n'.repeat(marks)}`;
  return ['q\n'.repeat(surplus) + 'q', `\n${closed}${'Q\n'.repeat(open)}Q`];
}

const balanced = { surplus: 0, open: 0, marks: 0, text: false, path: false };
