import { PDFArray, PDFDict, PDFName } from 'pdf-lib';
import type { PDFContext, PDFObject, PDFRef } from 'pdf-lib';
import { arrayAt, asDict, dictAt, dictsIn, nameAt } from '../../source/objects.ts';
import { nameOf } from '../../source/names.ts';
import type { Copier } from './copier.ts';
import { LayerChoice } from './layer-choice.ts';

/** The layers of one source that stay, as the source refers to them, and what its configurations say of them. */
interface Layers {
  copier: Copier;
  choice: LayerChoice;
  groups: readonly PDFRef[];
  config: PDFDict;
  /** Configurations that a reader may choose instead. */
  others: readonly PDFDict[];
}

/** What a configuration says of single layers; the rest says how it is called. */
const ofLayers = ['BaseState', 'ON', 'OFF', 'Order', 'Locked', 'AS', 'RBGroups'].map((key) =>
  PDFName.of(key),
);
const intentKey = PDFName.of('Intent');
const groupsKey = PDFName.of('OCGs');
const view = 'View';

/**
 * The layers (optional content groups) of all sources, each as visible as it was. Undefined where there are none. Of
 * those that only pages have that go nothing comes along: to be called once all pages are copied.
 */
export function buildLayers(context: PDFContext, copiers: readonly Copier[]): PDFDict | undefined {
  const parts = copiers.flatMap((copier) => readLayers(copier, context) ?? []);
  const [first] = parts;
  if (!first) return undefined;
  const config = first.copier.dict(first.config, ...ofLayers, intentKey);
  const intents = [...new Set(parts.flatMap((part) => intentsOf(part.config)))];
  if (intents.some((intent) => intent !== view)) config.set(intentKey, context.obj(intents.map(nameOf)));
  const properties = PDFDict.withContext(context);
  properties.set(PDFName.of('D'), config);
  for (const part of parts) {
    append(properties, 'OCGs', mapped(part, part.groups));
    append(config, 'OFF', mapped(part, hidden(part, intents)));
    addLists(config, part, part.config);
    append(
      properties,
      'Configs',
      part.others.map((other) => copyOther(part, other)),
    );
  }
  return properties;
}

function readLayers(copier: Copier, context: PDFContext): Layers | undefined {
  const properties = dictAt(copier.source.catalog, 'OCProperties');
  if (!properties) return undefined;
  const choice = new LayerChoice(copier, context);
  const groups = choice.among(arrayAt(properties, 'OCGs'));
  const config = dictAt(properties, 'D') ?? PDFDict.withContext(context);
  return groups.length === 0
    ? undefined
    : { copier, choice, groups, config, others: dictsIn(arrayAt(properties, 'Configs')) };
}

/**
 * The layers that a source does not show. They are named one by one, as what it says of all its layers would go for
 * those of the others too; a default configuration shall say that all are shown (ISO 32000-1, table 101).
 * @param intents of the result
 */
function hidden({ copier, choice, groups, config }: Layers, intents: readonly string[]): PDFRef[] {
  const isShown = readStates(config);
  const own = intentsOf(config);
  const named = new Set([...groups, ...choice.among(arrayAt(config, 'OFF'))]);
  return [...named].filter((group) => {
    if (isShown(group) !== false) return false;
    // A layer of an intent that the source does not look at is always shown.
    const its = intentsOf(asDict(copier.source.context.lookup(group)));
    return isMeant(its, own) || !isMeant(its, intents);
  });
}

/** Answers undefined for a layer that stays as it is. What is named twice is hidden, as in all viewers. */
function readStates(config: PDFDict): (group: PDFRef) => boolean | undefined {
  const on = new Set(arrayAt(config, 'ON')?.asArray());
  const off = new Set(arrayAt(config, 'OFF')?.asArray());
  const base = nameAt(config, 'BaseState') ?? 'ON';
  const others = base === 'Unchanged' ? undefined : base !== 'OFF';
  return (group) => (off.has(group) ? false : on.has(group) || others);
}

/** What a layer is for, or which layers a configuration looks at. */
function intentsOf(holder: PDFDict | undefined): string[] {
  const intent = nameAt(holder, 'Intent');
  if (intent) return [intent];
  const several = (arrayAt(holder, 'Intent')?.asArray() ?? []).filter((name) => name instanceof PDFName);
  return several.length > 0 ? several.map((name) => name.decodeText()) : [view];
}

function isMeant(intents: readonly string[], looked: readonly string[]): boolean {
  return looked.includes('All') || intents.some((intent) => looked.includes(intent));
}

/** Leaves the layers of other sources as they are. */
function copyOther(part: Layers, other: PDFDict): PDFDict {
  const copy = part.copier.dict(other, ...ofLayers);
  copy.set(PDFName.of('BaseState'), PDFName.of('Unchanged'));
  const isShown = readStates(other);
  for (const group of part.groups) {
    const shown = isShown(group);
    if (shown !== undefined) append(copy, shown ? 'ON' : 'OFF', mapped(part, [group]));
  }
  addLists(copy, part, other);
  return copy;
}

/** All that a configuration says beside what is shown. */
function addLists(into: PDFDict, part: Layers, config: PDFDict): void {
  const { copier, choice } = part;
  append(into, 'Order', choice.order(arrayAt(config, 'Order')));
  append(into, 'Locked', mapped(part, choice.among(arrayAt(config, 'Locked'))));
  for (const entry of arrayAt(config, 'RBGroups')?.asArray() ?? []) {
    const list = copier.source.context.lookup(entry);
    const either = list instanceof PDFArray ? choice.among(list) : [];
    if (either.length > 1) append(into, 'RBGroups', [into.context.obj(mapped(part, either))]);
  }
  for (const usage of dictsIn(arrayAt(config, 'AS'))) {
    const copy = copier.dict(usage, groupsKey);
    append(copy, 'OCGs', mapped(part, choice.among(arrayAt(usage, 'OCGs'))));
    if (copy.has(groupsKey)) append(into, 'AS', [copy]);
  }
}

/** Where layers of a source are in the result. */
function mapped({ copier }: Layers, groups: readonly PDFRef[]): PDFObject[] {
  return groups.map((group) => copier.ref(group));
}

function append(dict: PDFDict, key: string, items: readonly PDFObject[]): void {
  if (items.length === 0) return;
  const list = arrayAt(dict, key) ?? PDFArray.withContext(dict.context);
  for (const item of items) list.push(item);
  dict.set(PDFName.of(key), list);
}
