import type { QpdfObject } from './read-pdf.ts';

/** A structure element as qpdf sees it. */
export interface ReadTag {
  role: string;
  /** `page:mark`, or `page:object` for an annotation or form; pages one-based. */
  content: string[];
  kids: ReadTag[];
  dict: Record<string, unknown>;
}

type Dict = Record<string, unknown>;

/**
 * The structure elements of a file, from its objects as qpdf tells them.
 * @param onFault told where an element's parent, page or place in the parent tree is not what the element says; if left
 * out that is thrown
 */
export function readTags(
  objects: Record<string, QpdfObject>,
  onFault: (fault: string) => void = (fault) => {
    throw new Error(`structure tree: ${fault}`);
  },
): ReadTag[] {
  const get = (value: unknown): unknown => {
    const object = typeof value === 'string' && value.endsWith(' R') ? objects[`obj:${value}`] : undefined;
    return object ? (object.value ?? object.stream?.dict) : value;
  };
  const dict = (value: unknown): Dict => {
    const found = get(value);
    return typeof found === 'object' && found !== null ? (found as Dict) : {};
  };
  const list = (value: unknown): unknown[] => {
    const found = get(value);
    return Array.isArray(found) ? found : value === undefined ? [] : [value];
  };
  const catalog = dict(dict(objects.trailer?.value)['/Root']);
  const pages = pagesBelow(catalog['/Pages'], dict, list);
  const root = catalog['/StructTreeRoot'];
  if (root === undefined) return [];
  const parents = numbersOf(dict(root)['/ParentTree'], dict, list);
  const expect = (holds: boolean, what: string): void => {
    if (!holds) onFault(what);
  };
  const seen = new Set<unknown>();
  const visit = (ref: unknown, parent: unknown): ReadTag => {
    const element = dict(ref);
    seen.add(ref);
    expect(element['/P'] === parent, `${String(ref)} says that ${String(element['/P'])} is its parent`);
    const tag: ReadTag = { role: String(element['/S']), content: [], kids: [], dict: element };
    for (const kid of list(element['/K'])) {
      const item = get(kid);
      const content: Dict = typeof item === 'number' ? { '/MCID': item } : dict(kid);
      if (content['/S'] !== undefined) {
        expect(!seen.has(kid), `${String(kid)} has two parents`);
        if (!seen.has(kid)) tag.kids.push(visit(kid, ref));
        continue;
      }
      const page = content['/Pg'] ?? element['/Pg'];
      expect(pages.has(page), `${String(ref)} has content on ${String(page)}`);
      const holder = content['/Obj'] ?? content['/Stm'] ?? page;
      const key = dict(holder)['/StructParents'] ?? dict(holder)['/StructParent'];
      const entry = get(parents.get(Number(key)));
      const back = content['/Obj']
        ? parents.get(Number(key))
        : (entry as unknown[])?.[Number(content['/MCID'])];
      expect(back === ref, `${String(holder)} leads back to ${String(back)}, not to ${String(ref)}`);
      tag.content.push(`${pages.get(page)}:${content['/Obj'] ? 'object' : String(content['/MCID'])}`);
    }
    return tag;
  };
  return list(dict(root)['/K']).map((kid) => visit(kid, root));
}

/** How many elements there are, on all levels. */
export function countTags(tags: readonly ReadTag[]): number {
  return tags.reduce((sum, { kids }) => sum + 1 + countTags(kids), 0);
}

function pagesBelow(root: unknown, dict: (value: unknown) => Dict, list: (value: unknown) => unknown[]) {
  const pages = new Map<unknown, number>();
  const open = [root];
  const seen = new Set<Dict>();
  while (open.length > 0) {
    const ref = open.pop();
    const node = dict(ref);
    if (seen.has(node)) continue;
    seen.add(node);
    if (node['/Kids'] === undefined) pages.set(ref, pages.size + 1);
    else open.push(...list(node['/Kids']).toReversed());
  }
  return pages;
}

function numbersOf(root: unknown, dict: (value: unknown) => Dict, list: (value: unknown) => unknown[]) {
  const numbers = new Map<number, unknown>();
  const open = [root];
  const seen = new Set<Dict>();
  while (open.length > 0) {
    const node = dict(open.pop());
    if (seen.has(node)) continue;
    seen.add(node);
    const entries = list(node['/Nums']);
    for (let index = 0; index + 1 < entries.length; index += 2)
      numbers.set(Number(entries[index]), entries[index + 1]);
    open.push(...list(node['/Kids']));
  }
  return numbers;
}
