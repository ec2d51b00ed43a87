import type { PageTask } from '../../model/document.ts';

/** A text with its placeholders filled in. `{{` and `}}` stand for a brace; what names none of the values stays. */
export function fillIn(text: string, values: Readonly<Record<string, string>>): string {
  return text.replace(/\{\{|\}\}|\{(\w+)\}/g, (match, name?: string) => {
    if (name === undefined) return match.charAt(0);
    return Object.hasOwn(values, name) ? values[name]! : match;
  });
}

/** What texts may name of a page, its document and its job. @param date ISO 8601: when the job was created */
export function valuesOf({ n, total, document }: PageTask, date: string): Record<string, string> {
  const at = new Date(date).toISOString();
  return {
    n: String(n),
    total: String(total),
    file: document.name,
    date: at.slice(0, 10),
    time: at.slice(11, 16),
  };
}
