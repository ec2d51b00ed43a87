import { PDFArray, PDFDict, PDFName } from 'pdf-lib';
import type { PDFContext, PDFObject } from 'pdf-lib';
import { arrayAt, dictAt, nameAt } from '../../source/objects.ts';
import type { Copier } from './copier.ts';

const lists = ['ON', 'OFF', 'Order', 'Locked', 'AS', 'RBGroups'] as const;

/** The layers (optional content groups) of all sources, each as visible as it was. Undefined where there are none. */
export function buildLayers(context: PDFContext, copiers: readonly Copier[]): PDFDict | undefined {
  let merged: PDFDict | undefined;
  for (const copier of copiers) {
    const original = dictAt(copier.source.catalog, 'OCProperties');
    if (!original) continue;
    const copy = copier.dict(original);
    const config = copier.dict(dictAt(original, 'D') ?? PDFDict.withContext(context));
    copy.set(PDFName.of('D'), config);
    for (const key of lists) copyList(copier, dictAt(original, 'D'), config, key);
    copyList(copier, original, copy, 'OCGs');
    if (!merged) {
      merged = copy;
      continue;
    }
    if (nameAt(config, 'BaseState') === 'OFF') append(context, config, 'OFF', hidden(copy, config));
    append(context, merged, 'OCGs', arrayAt(copy, 'OCGs')?.asArray() ?? []);
    const into = dictAt(merged, 'D')!;
    for (const key of lists) append(context, into, key, arrayAt(config, key)?.asArray() ?? []);
  }
  return merged;
}

/** Lists may be objects of their own; in the result they are not, so that others can be added. */
function copyList(copier: Copier, from: PDFDict | undefined, to: PDFDict, key: string): void {
  const list = arrayAt(from, key);
  if (list) to.set(PDFName.of(key), copier.value(list));
}

/** The layers that a document hides by saying that all are hidden but those that it names. */
function hidden(properties: PDFDict, config: PDFDict): PDFObject[] {
  const shown = new Set(arrayAt(config, 'ON')?.asArray());
  return (arrayAt(properties, 'OCGs')?.asArray() ?? []).filter((group) => !shown.has(group));
}

function append(context: PDFContext, dict: PDFDict, key: string, items: readonly PDFObject[]): void {
  if (items.length === 0) return;
  const list = arrayAt(dict, key) ?? PDFArray.withContext(context);
  for (const item of items) list.push(item);
  dict.set(PDFName.of(key), list);
}
