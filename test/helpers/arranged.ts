import { parseSteps } from '../../server/pdf/parse-steps.ts';
import { checkPlan, plan } from '../../server/pdf/plan/plan.ts';
import { bind } from '../../server/pdf/registry.ts';
import type { PlannedDocument, VirtualPage } from '../../server/pdf/model/document.ts';

export const sources = [
  { name: 'a.pdf', pages: 9 },
  { name: 'b.pdf', pages: 5 },
];

/** What `arrange` plans to make of documents, with their pages listed. */
export function arranged(options: Record<string, unknown>, of = sources): PlannedDocument[] {
  const { calls, problems } = parseSteps([{ name: 'arrange', options }]);
  if (problems[0]) throw problems[0];
  const bound = bind(calls);
  checkPlan(bound, of, { maxPages: 20_000, maxJobPages: 200_000 });
  return plan(bound, of).documents;
}

/** A leaf as a text has it: `1:3`, `2:5>90`, `[595x842]`, `[]`. */
export function shown({ source, page, tasks, blank }: VirtualPage): string {
  const size = blank?.view?.box.slice(2).map(Math.round).join('x') ?? '';
  const leaf = blank ? `[${size}]` : `${source + 1}:${page + 1}`;
  return tasks.reduce((said, { turn }) => (turn ? `${said}>${turn}` : said), leaf);
}
