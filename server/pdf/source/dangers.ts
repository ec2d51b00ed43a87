import type { Dangers } from '../model/facts.ts';
import { setImmediate } from 'node:timers/promises';
import { PDFArray, PDFDict, PDFName, PDFStream } from 'pdf-lib';
import type { PDFContext, PDFObject } from 'pdf-lib';
import { nameAt } from './objects.ts';

const external = new Set(['Launch', 'GoToR', 'GoToE', 'SubmitForm', 'ImportData']);
const script = PDFName.of('JS');
const file = PDFName.of('F');
const reference = PDFName.of('Ref');
const perTurn = 5_000;

/**
 * Looks at every object: actions hang on pages, annotations, fields, bookmarks, on other actions and on what viewers
 * have made up. Also at those that nothing refers to, as appending keeps them. Yields to the event loop.
 */
export async function findDangers(context: PDFContext): Promise<Dangers> {
  const found: Dangers = { scripts: false, externalActions: false, externalContent: false };
  let looked = 0;
  for (const [, object] of context.enumerateIndirectObjects()) {
    if (object instanceof PDFStream && (object.dict.has(file) || object.dict.has(reference)))
      found.externalContent = true;
    look(object, found);
    looked += 1;
    if (looked % perTurn === 0) await setImmediate();
  }
  return found;
}

/** At an object and what is directly in it, which may be nested as deeply as the parser goes. */
function look(object: PDFObject, found: Dangers): void {
  const open = [object];
  for (let next = open.pop(); next; next = open.pop()) {
    if (next instanceof PDFArray) {
      for (const item of next.asArray()) if (isHolder(item)) open.push(item);
      continue;
    }
    const dict = next instanceof PDFStream ? next.dict : next;
    if (!(dict instanceof PDFDict)) continue;
    const kind = nameAt(dict, 'S');
    if (kind === 'JavaScript' || dict.has(script)) found.scripts = true;
    if (kind !== undefined && external.has(kind)) found.externalActions = true;
    for (const value of dict.values()) if (isHolder(value)) open.push(value);
  }
}

function isHolder(value: PDFObject): boolean {
  return value instanceof PDFDict || value instanceof PDFArray;
}
