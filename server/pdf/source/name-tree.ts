import { PDFArray, PDFDict, PDFHexString, PDFName } from 'pdf-lib';
import type { PDFContext, PDFObject, PDFRef } from 'pdf-lib';
import { arrayAt, asDict, keyOf } from './objects.ts';

const perLeaf = 64;

/** Key and value (unresolved) of every entry of a name tree, in the tree's order. Repeated nodes count once. */
export function nameTreeEntries(root: PDFDict | undefined): { key: string; value: PDFObject }[] {
  const entries: { key: string; value: PDFObject }[] = [];
  for (const node of treeNodes(root)) {
    const names = arrayAt(node, 'Names');
    for (let index = 0; names && index + 1 < names.size(); index += 2) {
      const key = keyOf(names.lookup(index));
      if (key !== undefined) entries.push({ key, value: names.get(index + 1) });
    }
  }
  return entries;
}

/** The nodes of a name or number tree, leaves in order; safe from cycles. */
export function treeNodes(root: PDFDict | undefined): PDFDict[] {
  const seen = new Set<PDFDict>();
  const open = [root];
  while (open.length > 0) {
    const node = open.pop();
    if (!node || seen.has(node)) continue;
    seen.add(node);
    const kids = arrayAt(node, 'Kids');
    // From the last, which is taken first; one by one, as a million arguments would overflow the stack.
    for (let index = (kids?.size() ?? 0) - 1; index >= 0; index -= 1) open.push(asDict(kids!.lookup(index)));
  }
  return [...seen];
}

/** Builds a name tree of two levels; keys (bytes, as latin1) are put into the order that the spec wants. */
export function buildNameTree(context: PDFContext, entries: readonly [string, PDFObject][]): PDFRef {
  const sorted = entries.toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  const leaves: PDFRef[] = [];
  for (let at = 0; at < sorted.length; at += perLeaf) {
    const part = sorted.slice(at, at + perLeaf);
    const names = PDFArray.withContext(context);
    for (const [key, value] of part) {
      names.push(nameKey(key));
      names.push(value);
    }
    const leaf = PDFDict.withContext(context);
    leaf.set(PDFName.of('Limits'), context.obj([nameKey(part[0]![0]), nameKey(part.at(-1)![0])]));
    leaf.set(PDFName.of('Names'), names);
    leaves.push(context.register(leaf));
  }
  return context.register(context.obj({ Kids: leaves }));
}

/** A key as a string object. */
export function nameKey(key: string): PDFHexString {
  return PDFHexString.of(Buffer.from(key, 'latin1').toString('hex'));
}
