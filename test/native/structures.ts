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
  /** Full names of the fields, sorted, and the pages (one-based) that show them. */
  fields: { name: string; pages: number[] }[];
  /** Their file names. */
  attachments: string[];
  /** What each page is called. */
  labels: string[] | undefined;
  /** Structure elements. */
  tags: number;
  /** What is wrong with them, held against their pages and the parent tree. */
  tagFaults: string[];
}

type Dict = Record<string, unknown>;

/** Names within names, fields within fields. */
const deepest = 64;

const nothing: Dict = {};

export async function readStructures(path: string): Promise<Structures> {
  return structuresOf(await readObjects(path));
}

/** Every object of a file, as qpdf's JSON tells it. */
export async function readObjects(path: string): Promise<Record<string, QpdfObject>> {
  const json = await run('qpdf', '--warning-exit-0', '--json=2', '--json-key=qpdf', path);
  return (JSON.parse(json.toString()) as { qpdf: [unknown, Record<string, QpdfObject>] }).qpdf[1];
}

/** The same of a file whose objects are known. They may be damaged, or lead in circles. */
export function structuresOf(objects: Record<string, QpdfObject>): Structures {
  return new Reader(objects).read();
}

class Reader {
  readonly #objects: Record<string, QpdfObject>;
  readonly #catalog: Dict;
  readonly #pages: unknown[] = [];
  /** The first place of each: the tree may hold a page twice. */
  readonly #numbers = new Map<unknown, number>();
  readonly #named = new Map<string, unknown>();
  /** Of each annotation the pages that show it. */
  readonly #places = new Map<unknown, number[]>();

  constructor(objects: Record<string, QpdfObject>) {
    this.#objects = objects;
    this.#catalog = this.#dict(this.#dict(objects.trailer?.value)['/Root']);
    this.#walkPages(this.#catalog['/Pages']);
    const names = this.#nameTree(this.#dict(this.#catalog['/Names'])['/Dests']);
    for (const [key, value] of names) this.#named.set(key, value);
    for (const [key, value] of Object.entries(this.#dict(this.#catalog['/Dests'])))
      this.#named.set(key, value);
    for (const [ref, page] of this.#numbers)
      for (const annotation of this.#list(this.#dict(ref)['/Annots']))
        this.#places.set(annotation, [...(this.#places.get(annotation) ?? []), page]);
  }

  read(): Structures {
    const tagFaults: string[] = [];
    return {
      links: this.#pages.map((ref) =>
        this.#list(this.#dict(ref)['/Annots'])
          .map((annotation) => this.#dict(annotation))
          .filter((annotation) => annotation['/Subtype'] === '/Link')
          .map((link) => this.#targetOfHolder(link)),
      ),
      destinations: new Map([...this.#named].map(([name, value]) => [name, this.#target(value)])),
      bookmarks: this.#bookmarks(this.#dict(this.#catalog['/Outlines'])['/First'], 0),
      fields: this.#list(this.#dict(this.#catalog['/AcroForm'])['/Fields'])
        .flatMap((field) => this.#fields(field, ''))
        .toSorted((a, b) => (a.name < b.name ? -1 : 1)),
      attachments: this.#nameTree(this.#dict(this.#catalog['/Names'])['/EmbeddedFiles']).map(
        ([key, file]) => this.#fileName(file) ?? key,
      ),
      labels: this.#catalog['/PageLabels'] === undefined ? undefined : this.#labels(),
      tags: countTags(readTags(this.#objects, (fault) => tagFaults.push(fault))),
      tagFaults,
    };
  }

  #get(value: unknown): unknown {
    if (typeof value !== 'string' || !/^\d+ \d+ R$/.test(value)) return value;
    const object = this.#objects[`obj:${value}`];
    return object?.value ?? object?.stream?.dict;
  }

  #dict(value: unknown): Dict {
    const found = this.#get(value);
    return typeof found === 'object' && found !== null && !Array.isArray(found) ? (found as Dict) : nothing;
  }

  #list(value: unknown): unknown[] {
    const found = this.#get(value);
    return Array.isArray(found) ? found : [];
  }

  #walkPages(root: unknown): void {
    const open = [root];
    const seen = new Set<unknown>();
    while (open.length > 0) {
      const ref = open.pop();
      const node = this.#dict(ref);
      if (Object.keys(node).length === 0) continue;
      if (node['/Kids'] === undefined) {
        const number = this.#pages.push(ref);
        if (!this.#numbers.has(ref)) this.#numbers.set(ref, number);
      } else if (!seen.has(node)) open.push(...this.#list(node['/Kids']).toReversed());
      seen.add(node);
    }
  }

  #nameTree(root: unknown, seen = new Set<unknown>()): [string, unknown][] {
    const node = this.#dict(root);
    if (seen.has(node)) return [];
    seen.add(node);
    const names = this.#list(node['/Names']);
    const own = names.flatMap((key, index): [string, unknown][] =>
      index % 2 === 0 ? [[String(key), names[index + 1]]] : [],
    );
    return [...own, ...this.#list(node['/Kids']).flatMap((kid) => this.#nameTree(kid, seen))];
  }

  #targetOfHolder(holder: Dict): Target {
    const action = this.#dict(holder['/A']);
    if (holder['/Dest'] !== undefined) return this.#target(holder['/Dest']);
    return action['/S'] === '/GoTo' ? this.#target(action['/D']) : 'elsewhere';
  }

  #target(value: unknown, depth = 0): Target {
    if (depth > deepest) return 'broken';
    const resolved = this.#get(value);
    if (Array.isArray(resolved)) return this.#numbers.get(resolved[0]) ?? 'broken';
    if (typeof resolved === 'string') {
      const named = this.#named.get(resolved);
      return named === undefined ? 'broken' : this.#target(named, depth + 1);
    }
    const inner = this.#dict(resolved)['/D'];
    return inner === undefined ? 'broken' : this.#target(inner, depth + 1);
  }

  #bookmarks(first: unknown, depth: number, seen = new Set<unknown>()): Structures['bookmarks'] {
    const found: Structures['bookmarks'] = [];
    for (let at = first; at !== undefined && !seen.has(at); at = this.#dict(at)['/Next']) {
      seen.add(at);
      const item = this.#dict(at);
      found.push({ title: String(this.#get(item['/Title'])), depth, target: this.#targetOfHolder(item) });
      for (const below of this.#bookmarks(item['/First'], depth + 1, seen)) found.push(below);
    }
    return found;
  }

  #fields(ref: unknown, above: string, depth = 0): Structures['fields'] {
    const field = this.#dict(ref);
    const name = [above, ((this.#get(field['/T']) as string | undefined) ?? '').slice(2)]
      .filter(Boolean)
      .join('.');
    const kids = this.#list(field['/Kids']);
    const below = kids.filter((kid) => this.#dict(kid)['/T'] !== undefined);
    if (below.length === 0 || depth > deepest) {
      const pages = [ref, ...kids].flatMap((widget) => this.#places.get(widget) ?? []);
      return [{ name, pages: pages.toSorted((a, b) => a - b) }];
    }
    return below.flatMap((kid) => this.#fields(kid, name, depth + 1));
  }

  #fileName(file: unknown): string | undefined {
    const { '/UF': unicode, '/F': plain } = this.#dict(file);
    return this.#get(unicode ?? plain) as string | undefined;
  }

  #labels(): string[] {
    const ranges = new Map<number, Dict>();
    const open = [this.#catalog['/PageLabels']];
    const seen = new Set<Dict>();
    while (open.length > 0) {
      const node = this.#dict(open.pop());
      if (seen.has(node)) continue;
      seen.add(node);
      const numbers = this.#list(node['/Nums']);
      for (let index = 0; index < numbers.length; index += 2)
        ranges.set(Number(numbers[index]), this.#dict(numbers[index + 1]));
      open.push(...this.#list(node['/Kids']));
    }
    let range: Dict = { '/S': '/D' };
    let start = 0;
    return this.#pages.map((_, index) => {
      const begun = ranges.get(index);
      if (begun) [range, start] = [begun, index];
      return `${String(range['/S'])} ${String(range['/P'])} ${Number(range['/St'] ?? 1) + index - start}`;
    });
  }
}
