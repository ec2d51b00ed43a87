import { PDFArray, PDFDict, PDFName, PDFNumber, PDFRef, PDFStream } from 'pdf-lib';
import type { PDFObject } from 'pdf-lib';
import { keyOf, nameAt, numberAt } from '../../source/objects.ts';
import type { TagContent } from '../../source/tags.ts';
import type { Copier } from './copier.ts';
import type { Names } from './unique-names.ts';
import type { ParentTree } from './parent-tree.ts';
import type { ChosenTag } from './tag-choice.ts';
import type { Draft } from '../../model/edited.ts';

/** What several sources share. */
export interface TagSpace {
  draft: Draft;
  parents: ParentTree;
  ids: Names;
  /** New names of roles and classes that mean something else in an earlier source. */
  roles: ReadonlyMap<PDFName, PDFName>;
  classes: ReadonlyMap<PDFName, PDFName>;
}

const rewritten = ['K', 'P', 'Pg', 'ID', 'C'].map((key) => PDFName.of(key));
/** Text that stands for all of an element's content: it tells of what goes as well. */
const replacements = ['ActualText', 'Alt', 'E'].map((key) => PDFName.of(key));

/** Copies the structure elements of one source. */
export class TagCopier {
  /** Where the elements with an identifier are, by it. */
  readonly byId: [string, PDFRef][] = [];
  count = 0;
  readonly #copier: Copier;
  readonly #space: TagSpace;
  readonly #refs = new Map<ChosenTag, PDFRef>();

  constructor(copier: Copier, space: TagSpace) {
    this.#copier = copier;
    this.#space = space;
  }

  /** Before any is copied: elements refer to one another, and only to those that stay. */
  reserve(chosen: readonly ChosenTag[]): void {
    for (const element of chosen) {
      const { tag, kids } = element;
      const ref = this.#space.draft.context.nextRef();
      this.#refs.set(element, ref);
      if (tag.ref) this.#copier.targets.set(tag.ref, ref);
      const id = keyOf(tag.dict.lookup(PDFName.of('ID')));
      if (id !== undefined) {
        const name = this.#space.ids.claim(id);
        this.byId.push([name, ref]);
        this.#copier.renamedIds.set(id, name);
      }
      this.reserve(kids.filter((kid) => 'tag' in kid));
    }
  }

  /** Copies an element with all below it; answers where it is. */
  copy(element: ChosenTag, parent: PDFRef): PDFRef {
    const { tag, kids, torn } = element;
    const { draft, roles, classes } = this.#space;
    const ref = this.#refs.get(element)!;
    const copy = this.#copier.dict(tag.dict, ...rewritten, ...(torn ? replacements : []));
    copy.set(PDFName.of('P'), parent);
    const role = tag.dict.get(PDFName.of('S'));
    if (role instanceof PDFName) copy.set(PDFName.of('S'), roles.get(role) ?? role);
    const named = tag.dict.lookup(PDFName.of('C'));
    if (named) copy.set(PDFName.of('C'), renamed(this.#copier.value(named), classes));
    const id = keyOf(tag.dict.lookup(PDFName.of('ID')));
    if (id !== undefined)
      copy.set(PDFName.of('ID'), this.#copier.identifier(tag.dict.lookup(PDFName.of('ID'))!));
    const page = tag.dict.get(PDFName.of('Pg'));
    const target = page instanceof PDFRef ? this.#copier.targets.get(page) : undefined;
    if (target) copy.set(PDFName.of('Pg'), target);
    const below = kids.map((kid) => ('tag' in kid ? this.copy(kid, ref) : this.#content(kid, ref)));
    if (below.length === 1) copy.set(PDFName.of('K'), below[0]!);
    else if (below.length > 1) copy.set(PDFName.of('K'), draft.context.obj(below));
    draft.context.assign(ref, copy);
    this.count += 1;
    return ref;
  }

  /** Marked content, or an annotation or image; enters it into the parent tree. */
  #content({ item, page }: TagContent, element: PDFRef): PDFObject {
    const target = page && this.#copier.targets.get(page);
    const { parents } = this.#space;
    if (item instanceof PDFNumber) {
      const key = this.#keyAt(target, 'StructParents');
      if (key !== undefined) parents.addMark(key, item.asNumber(), element);
      return item;
    }
    const copy = PDFDict.withContext(this.#space.draft.context);
    copy.set(PDFName.Type, item.get(PDFName.Type)!);
    if (target) copy.set(PDFName.of('Pg'), target);
    const holder = nameAt(item, 'Type') === 'OBJR' ? 'Obj' : 'Stm';
    const object = item.get(PDFName.of(holder));
    // What no page has brought along stays out.
    const there = object instanceof PDFRef ? this.#copier.targets.get(object) : undefined;
    if (there) copy.set(PDFName.of(holder), there);
    const mark = numberAt(item, 'MCID');
    if (mark !== undefined) copy.set(PDFName.of('MCID'), PDFNumber.of(mark));
    if (holder === 'Obj') {
      const key = this.#keyAt(there, 'StructParent');
      if (key !== undefined) parents.addObject(key, element);
    } else if (mark !== undefined) {
      const key = this.#keyAt(there ?? target, 'StructParents');
      if (key !== undefined) parents.addMark(key, mark, element);
    }
    return copy;
  }

  /** The number that a page, form, image or annotation of the result has in the parent tree. */
  #keyAt(ref: PDFRef | undefined, key: string): number | undefined {
    const object = ref && this.#space.draft.context.lookup(ref);
    return numberAt(
      object instanceof PDFStream ? object.dict : object instanceof PDFDict ? object : undefined,
      key,
    );
  }
}

/** Class names: one, or an array of them with revision numbers between. */
function renamed(value: PDFObject, names: ReadonlyMap<PDFName, PDFName>): PDFObject {
  if (value instanceof PDFName) return names.get(value) ?? value;
  if (!(value instanceof PDFArray)) return value;
  for (let index = 0; index < value.size(); index += 1) {
    const item = value.get(index);
    if (item instanceof PDFName && names.has(item)) value.set(index, names.get(item)!);
  }
  return value;
}
