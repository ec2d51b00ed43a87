import type { DocumentPlan, Origin, PageRun, Part } from '../model/document.ts';
import type { Naming } from '../model/naming.ts';
import { fillTemplate, type NameValues } from './name-template.ts';
import { cutToBytes, distinctNames, safeName, safeText, withEnding } from './safe-names.ts';

/**
 * What results are called, the only place where that is decided: after what is in them, however many passes have made
 * them. Of one file that is its name, of several the job's; a part of it says which.
 */
export function resultNames(origins: readonly Origin[], naming: Naming, extension: string): string[] {
  const stems = origins.map((origin, index) => {
    const { values, usual } = describe(origin, index, naming);
    const wanted = stemOf(naming.template ?? usual);
    return (bytes: number) => render(wanted, values, bytes) || render(usual, values, bytes);
  });
  return distinctNames(stems, extension);
}

/** All results of a job together. */
export function archiveName(job: string): string {
  return withEnding(safeName(stemOf(job)) || 'results', '.zip');
}

/** What a document in the making is called: of a part also which, as its file will say. */
export function nameNow({ name, part }: Pick<DocumentPlan, 'name' | 'part'>): string {
  if (!part) return name;
  const { first, last, title } = part;
  return part.name ?? (title ? `${stemOf(name)} – ${title}` : `${stemOf(name)} ${first}-${last}`);
}

/** A name without the extension of what can be an input. */
export function stemOf(name: string): string {
  return name.replace(/\.(pdf|png|jpe?g)$/i, '');
}

/** Of several files together. */
export function joinedName(names: readonly string[]): string {
  const [first = '', ...others] = names;
  return others.length > 0 ? `${stemOf(first)} and ${others.length} more` : first;
}

function describe(origin: Origin, index: number, { job, inputs, date = '', label = '' }: Naming) {
  const runs = origin.runs.filter(([input]) => input >= 0);
  const only = new Set(runs.map(([input]) => input)).size === 1 ? inputs[runs[0]![0]] : undefined;
  const part = origin.part && only && isWhole(runs, only.pages) ? undefined : origin.part;
  const { first, last } = (only && placeIn(runs)) ?? part ?? { first: 1, last: lengthOf(runs) };
  const values: NameValues = {
    name: safeText(stemOf(origin.part?.name ?? only?.name ?? job)),
    n: String(index + 1),
    bookmark: safeText(origin.part?.title ?? ''),
    first: String(first),
    last: String(last),
    date: date.slice(0, 10),
    label: safeText(label),
  };
  return { values, usual: usualFor(part, values) };
}

/** What a person would choose. */
function usualFor(part: Part | undefined, { name, bookmark }: NameValues): string {
  if (!part || part.name || (bookmark && bookmark === name)) return '{name}';
  return bookmark ? '{name} – {bookmark}' : '{name} {first}-{last}';
}

/** From which page to which of the one file, where they come in its order; of pages that run backwards the same. */
function placeIn(runs: readonly PageRun[]): Part | undefined {
  const [run] = runs;
  const rises = runs.every(([, first, last], index) => first <= last && (runs[index - 1]?.[2] ?? -1) < first);
  return run && (runs.length === 1 || rises) ? { first: run[1] + 1, last: runs.at(-1)![2] + 1 } : undefined;
}

function lengthOf(runs: readonly PageRun[]): number {
  return runs.reduce((sum, [, first, last]) => sum + Math.abs(last - first) + 1, 0);
}

function isWhole(runs: readonly PageRun[], pages: number): boolean {
  const seen = new Set<number>();
  for (const [, first, last] of runs)
    for (let page = Math.min(first, last); page <= Math.max(first, last); page += 1) seen.add(page);
  return seen.size >= pages;
}

/** Where it is too long, its longest texts give way and not the end, which tells parts apart. */
function render(template: string, values: NameValues, bytes: number): string {
  const name = safeName(fillTemplate(template, values));
  const excess = Buffer.byteLength(name) - bytes;
  const [longest] = (['name', 'bookmark', 'label'] as const)
    .filter((key) => template.includes(`{${key}}`))
    .toSorted((a, b) => Buffer.byteLength(values[b]) - Buffer.byteLength(values[a]));
  const length = longest ? Buffer.byteLength(values[longest]) : 0;
  if (excess <= 0 || !longest || length < fewBytes) return name;
  // Half of it: then another may be the longest.
  const shorter = cutToBytes(values[longest], length - Math.ceil(excess / 2));
  return render(template, { ...values, [longest]: shorter }, bytes);
}

const fewBytes = 40;
