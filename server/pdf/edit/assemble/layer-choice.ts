import { PDFArray, PDFDict, PDFName, PDFRef } from 'pdf-lib';
import type { PDFContext, PDFObject } from 'pdf-lib';
import { nameAt } from '../../source/objects.ts';
import type { Source } from '../../source/load.ts';
import { reachable } from '../reachable.ts';
import type { Copier } from './copier.ts';

const maxDepth = 64;

/** Which layers of a source stay: those that the result draws by, and those that belong to no page at all. */
export class LayerChoice {
  readonly #copier: Copier;
  readonly #context: PDFContext;

  /** @param context of the result */
  constructor(copier: Copier, context: PDFContext) {
    this.#copier = copier;
    this.#context = context;
  }

  keeps(group: PDFRef): boolean {
    return this.#copier.targets.has(group) || !layersOfPages(this.#copier.source).has(group);
  }

  /** Those in a list that stay, as the source refers to them. */
  among(list: PDFArray | undefined): PDFRef[] {
    return (list?.asArray() ?? []).filter(
      (group): group is PDFRef => group instanceof PDFRef && this.keeps(group),
    );
  }

  /** A copy of the tree in which a reader sees the layers: labels, layers, and lists of what is below them. */
  order(tree: PDFArray | undefined, seen = new Set<PDFArray>(), depth = 0): PDFObject[] {
    if (!tree || seen.has(tree) || depth > maxDepth) return [];
    seen.add(tree);
    const kept: PDFObject[] = [];
    let isGone = false;
    for (const entry of tree.asArray()) {
      const item = this.#copier.source.context.lookup(entry);
      if (item instanceof PDFArray) {
        const below = this.order(item, seen, depth + 1);
        const isEmpty = below.every((each) => !(each instanceof PDFRef || each instanceof PDFArray));
        // What was below a layer that goes would be below the one before it.
        if (isGone) kept.push(...below);
        else if (!isEmpty) kept.push(this.#context.obj(below));
        isGone = false;
      } else if (entry instanceof PDFRef && item instanceof PDFDict) {
        isGone = !this.keeps(entry);
        if (!isGone) kept.push(this.#copier.ref(entry));
      } else if (item) kept.push(item);
    }
    return kept;
  }
}

const known = new WeakMap<Source, ReadonlySet<PDFRef>>();

/** The layers that anything on any page of a source belongs to. */
function layersOfPages(source: Source): ReadonlySet<PDFRef> {
  const found = known.get(source) ?? new Set(findLayers(source));
  known.set(source, found);
  return found;
}

function* findLayers({ catalog, context }: Source): Iterable<PDFRef> {
  const pages = reachable([catalog.get(PDFName.of('Pages'))!], (ref) => context.lookup(ref));
  for (const [ref, object] of pages)
    if (object instanceof PDFDict && nameAt(object, 'Type') === 'OCG') yield ref;
}
