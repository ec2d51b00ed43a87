import { PDFDict, PDFName } from 'pdf-lib';
import type { PDFObject, PDFRef } from 'pdf-lib';
import { buildNameTree } from '../../source/name-tree.ts';
import { arrayAt, dictAt } from '../../source/objects.ts';
import { structureOf } from '../../source/structure.ts';
import type { Copier } from './copier.ts';
import { Names } from './unique-names.ts';
import type { ParentTree } from './parent-tree.ts';
import { chooseTags } from './tag-choice.ts';
import { TagCopier } from './tag-copier.ts';
import { TagNames } from './tag-names.ts';
import type { Draft } from '../../model/edited.ts';

/** Puts the structure trees of all sources together: the tags that screen readers read by, of the pages that stay. */
export class Tags {
  /** Structure elements. */
  count = 0;
  readonly #draft: Draft;
  readonly #parents: ParentTree;
  readonly #root: PDFRef;
  readonly #kids: PDFRef[] = [];
  readonly #roles: TagNames;
  readonly #classes: TagNames;
  readonly #ids = new Names();
  readonly #byId: [string, PDFRef][] = [];
  readonly #namespaces: PDFObject[] = [];

  /** @param parents that pages and annotations have their numbers from */
  constructor(draft: Draft, parents: ParentTree) {
    this.#draft = draft;
    this.#parents = parents;
    this.#root = draft.context.nextRef();
    this.#roles = new TagNames(draft);
    this.#classes = new TagNames(draft);
  }

  /**
   * Adds the elements of a source whose pages have all been copied.
   * @param places of its pages in the result
   */
  add(copier: Copier, places: ReadonlyMap<PDFRef, number>): void {
    const root = dictAt(copier.source.catalog, 'StructTreeRoot');
    const chosen = chooseTags(structureOf(copier.source).tags, copier, places);
    if (chosen.length === 0) return;
    const roles = this.#roles.add(copier, dictAt(root, 'RoleMap'));
    const classes = this.#classes.add(copier, dictAt(root, 'ClassMap'));
    for (const namespace of arrayAt(root, 'Namespaces')?.asArray() ?? [])
      this.#namespaces.push(copier.value(namespace));
    const space = { draft: this.#draft, parents: this.#parents, ids: this.#ids, roles, classes };
    const tags = new TagCopier(copier, space);
    tags.reserve(chosen);
    for (const element of chosen) this.#kids.push(tags.copy(element, this.#root));
    for (const entry of tags.byId) this.#byId.push(entry);
    this.count += tags.count;
  }

  /** The structure tree of the result; undefined where no element is left. */
  build(): PDFRef | undefined {
    if (this.#kids.length === 0) return undefined;
    const { context } = this.#draft;
    const root = PDFDict.withContext(context);
    root.set(PDFName.Type, PDFName.of('StructTreeRoot'));
    root.set(PDFName.of('K'), context.obj(this.#kids));
    this.#parents.build(context, root);
    const [roles, classes] = [this.#roles.build(), this.#classes.build()];
    if (roles) root.set(PDFName.of('RoleMap'), roles);
    if (classes) root.set(PDFName.of('ClassMap'), classes);
    if (this.#byId.length > 0) root.set(PDFName.of('IDTree'), buildNameTree(context, this.#byId));
    if (this.#namespaces.length > 0) root.set(PDFName.of('Namespaces'), context.obj(this.#namespaces));
    context.assign(this.#root, root);
    return this.#root;
  }
}
