import { listOf } from '../../list-of.ts';
import { safeName, safeText } from './safe-names.ts';

const placeholders = ['name', 'n', 'bookmark', 'first', 'last', 'date', 'label'] as const;

/** What stands for the placeholders, safe for a name; empty where there is nothing of it. */
export type NameValues = Record<(typeof placeholders)[number], string>;

/** `{name} – {bookmark}` with its values. Where there is none, what leads to it or encloses it goes as well. */
export function fillTemplate(template: string, values: NameValues): string {
  const value = (key: string) => values[key as keyof NameValues] || missing;
  return template
    .replace(/\{(\w+)\}/g, (_, key: string) => value(key))
    .replace(/\(\0\)|\[\0\]/g, missing)
    .replace(/^(?:\0[\s\p{Pd}_.,]*)+/u, '')
    .replace(/[\s\p{Pd}_.,]*\0/gu, '');
}

/** Shows in no value. */
const missing = '\0';

/** What is wrong with a template, in a sentence. @param label of the job, if it has one */
export function faultOfTemplate(template: string, label: string): string | undefined {
  const known = listOf(placeholders.map((name) => `{${name}}`));
  for (const [braces, name] of template.matchAll(/\{([^{}]*)\}/g))
    if (!placeholders.some((one) => one === name)) return `There is no ${braces}. There are ${known}.`;
  const values = {
    name: 'x',
    n: '1',
    bookmark: 'x',
    first: '1',
    last: '1',
    date: '1',
    label: safeText(label),
  };
  return safeName(fillTemplate(template, values)) === '' ? 'Nothing of this can be in a name.' : undefined;
}
