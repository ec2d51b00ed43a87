import type { QpdfObject } from '../helpers/read-pdf.ts';
import { countTags, readTags } from '../helpers/read-tags.ts';
import { run } from './tools.ts';

/** Where a link, destination or bookmark leads: a page (one-based), or elsewhere, or nowhere. */
export type Target = number | 'elsewhere' | 'broken';

/** What hangs together in a document, as qpdf's JSON tells it. */
export interface Structures {
  /** Of each page its links. */
  links: Target[][];
  /** Named destinations. */
  destinations: Map<string, Target>;
  /** Bookmarks, depth first. */
  bookmarks: { title: string; depth: number; target: Target }[];
  /** Full names of the fields, sorted. */
  fields: string[];
  attachments: string[];
  /** What each page is called. */
  labels: string[] | undefined;
  /** Structure elements; they have been checked against their pages and parent tree. */
  tags: number;
}

type Dict = Record<string, unknown>;

export async function readStructures(path: string): Promise<Structures> {
  const json = await run('qpdf', '--warning-exit-0', '--json=2', '--json-key=qpdf', path);
  return new Reader(
    (JSON.parse(json.toString()) as { qpdf: [unknown, Record<string, QpdfObject>] }).qpdf[1],
  ).read();
}

class Reader {
  readonly #objects: Record<string, QpdfObject>;
  readonly #catalog: Dict;
  readonly #pages = new Map<unknown, number>();
  readonly #named = new Map<string, unknown>();

  constructor(objects: Record<string, QpdfObject>) {
    this.#objects = objects;
    this.#catalog = this.#dict(this.#dict(objects.trailer?.value)['/Root']);
    this.#walkPages(this.#catalog['/Pages']);
    const names = this.#nameTree(this.#dict(this.#catalog['/Names'])['/Dests']);
    for (const [key, value] of names) this.#named.set(key, value);
    for (const [key, value] of Object.entries(this.#dict(this.#catalog['/Dests'])))
      this.#named.set(key, value);
  }

  read(): Structures {
    return {
      links: [...this.#pages.keys()].map((ref) =>
        this.#list(this.#dict(ref)['/Annots'])
          .map((annotation) => this.#dict(annotation))
          .filter((annotation) => annotation['/Subtype'] === '/Link')
          .map((link) => this.#targetOfHolder(link)),
      ),
      destinations: new Map([...this.#named].map(([name, value]) => [name, this.#target(value)])),
      bookmarks: this.#bookmarks(this.#dict(this.#catalog['/Outlines'])['/First'], 0),
      fields: this.#list(this.#dict(this.#catalog['/AcroForm'])['/Fields'])
        .flatMap((field) => this.#fields(field, ''))
        .toSorted(),
      attachments: this.#nameTree(this.#dict(this.#catalog['/Names'])['/EmbeddedFiles']).map(
        ([name]) => name,
      ),
      labels: this.#catalog['/PageLabels'] === undefined ? undefined : this.#labels(),
      tags: countTags(readTags(this.#objects)),
    };
  }

  #get(value: unknown): unknown {
    if (typeof value !== 'string' || !value.endsWith(' R')) return value;
    const object = this.#objects[`obj:${value}`];
    return object?.value ?? object?.stream?.dict;
  }

  #dict(value: unknown): Dict {
    return (this.#get(value) ?? {}) as Dict;
  }

  #list(value: unknown): unknown[] {
    const found = this.#get(value);
    return Array.isArray(found) ? found : [];
  }

  #walkPages(root: unknown): void {
    const open = [root];
    while (open.length > 0) {
      const ref = open.pop();
      const kids = this.#dict(ref)['/Kids'];
      if (kids === undefined) this.#pages.set(ref, this.#pages.size + 1);
      else open.push(...this.#list(kids).toReversed());
    }
  }

  #nameTree(root: unknown): [string, unknown][] {
    const node = this.#dict(root);
    const names = this.#list(node['/Names']);
    const own = names.flatMap((key, index): [string, unknown][] =>
      index % 2 === 0 ? [[String(key), names[index + 1]]] : [],
    );
    return [...own, ...this.#list(node['/Kids']).flatMap((kid) => this.#nameTree(kid))];
  }

  #targetOfHolder(holder: Dict): Target {
    const action = this.#dict(holder['/A']);
    if (holder['/Dest'] !== undefined) return this.#target(holder['/Dest']);
    return action['/S'] === '/GoTo' ? this.#target(action['/D']) : 'elsewhere';
  }

  #target(value: unknown): Target {
    const resolved = this.#get(value);
    if (Array.isArray(resolved)) return this.#pages.get(resolved[0]) ?? 'broken';
    if (typeof resolved === 'string') {
      const named = this.#named.get(resolved);
      return named === undefined ? 'broken' : this.#target(named);
    }
    const inner = this.#dict(resolved)['/D'];
    return inner === undefined ? 'broken' : this.#target(inner);
  }

  #bookmarks(first: unknown, depth: number): Structures['bookmarks'] {
    const found: Structures['bookmarks'] = [];
    for (let at = first; at !== undefined; at = this.#dict(at)['/Next']) {
      const item = this.#dict(at);
      found.push({ title: String(this.#get(item['/Title'])), depth, target: this.#targetOfHolder(item) });
      for (const below of this.#bookmarks(item['/First'], depth + 1)) found.push(below);
    }
    return found;
  }

  #fields(ref: unknown, above: string): string[] {
    const field = this.#dict(ref);
    const name = [above, ((field['/T'] as string | undefined) ?? '').slice(2)].filter(Boolean).join('.');
    const below = this.#list(field['/Kids']).filter((kid) => this.#dict(kid)['/T'] !== undefined);
    return below.length === 0 ? [name] : below.flatMap((kid) => this.#fields(kid, name));
  }

  #labels(): string[] {
    const ranges = new Map<number, Dict>();
    const open = [this.#catalog['/PageLabels']];
    while (open.length > 0) {
      const node = this.#dict(open.pop());
      const numbers = this.#list(node['/Nums']);
      for (let index = 0; index < numbers.length; index += 2)
        ranges.set(Number(numbers[index]), this.#dict(numbers[index + 1]));
      open.push(...this.#list(node['/Kids']));
    }
    let range: Dict = { '/S': '/D' };
    let start = 0;
    return [...this.#pages.values()].map((_, index) => {
      const begun = ranges.get(index);
      if (begun) [range, start] = [begun, index];
      return `${String(range['/S'])} ${String(range['/P'])} ${Number(range['/St'] ?? 1) + index - start}`;
    });
  }
}
