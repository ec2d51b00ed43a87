import { PDFArray, PDFDict, PDFName, PDFNumber, PDFRawStream, PDFRef } from 'pdf-lib';
import type { PDFObject } from 'pdf-lib';
import { asDict } from '../source/objects.ts';
import { embedFont } from './embed-font.ts';
import { embedPicture } from './embed-picture.ts';
import { identifier } from './identifier.ts';
import type { PagePatch, Pictures } from '../model/page.ts';
import type { Draft } from '../model/edited.ts';

const cropBox = PDFName.of('CropBox');
/** What a patch's operators call resources that are ours: the font, opacities in percent, and pictures by their order. */
const ours = /\/Octavo(F|A\d+|I\d+)\b/g;
const categories = { F: 'Font', A: 'ExtGState', I: 'XObject' } as const;

/** What patches draw with. */
export interface Ink {
  /** All that they write, on any page. */
  characters: string;
  pictures: Pictures;
}

/**
 * Applies patches to pages of a draft. What pages share stays shared: one entry for each resource dictionary, one pair
 * of streams around the old content for all pages, and one stream for each different drawing.
 */
export class Overlay {
  readonly #draft: Draft;
  readonly #ink: Ink;
  /** Before each of our names, so that what an earlier job has drawn on the page keeps its own. */
  readonly #prefix: string;
  /** Streams by operators: what is the same on many pages is there once. */
  readonly #drawn = new Map<string, PDFRef>();
  /** Our resources by name. */
  readonly #made = new Map<string, PDFRef>();
  /** Which of them each resource dictionary has by now. */
  readonly #has = new Map<PDFObject, Set<string>>();
  /** References to what was inherited and is now shared by name. */
  readonly #shared = new Map<PDFObject, PDFRef>();
  #frame: { save: PDFRef; restore: PDFRef } | undefined;

  constructor(draft: Draft, ink: Ink, seed: string) {
    this.#draft = draft;
    this.#ink = ink;
    this.#prefix = `/O${identifier(seed).slice(0, 6)}`;
  }

  /**
   * @param page a copy that may be changed
   * @param inheritedResources what the page takes from the page tree, where it has none of its own
   */
  apply(page: PDFDict, patch: PagePatch, inheritedResources?: PDFObject): void {
    if (patch.rotate !== undefined) page.set(PDFName.Rotate, PDFNumber.of(patch.rotate));
    if (patch.crop) page.set(cropBox, this.#draft.context.obj([...patch.crop]));
    const { over = [], under = [] } = patch;
    if (over.length === 0 && under.length === 0) return;
    const { resources, identity } = this.#resources(page, inheritedResources);
    const write = (operators: string): void => contents.push(this.#write(operators, resources, identity));
    const contents = PDFArray.withContext(this.#draft.context);
    under.forEach(write);
    const { save, restore } = this.#streams();
    contents.push(save);
    const old = page.get(PDFName.Contents);
    const parts = this.#draft.resolve(old);
    if (parts instanceof PDFArray) for (const part of parts.asArray()) contents.push(part);
    else if (old && parts) contents.push(old);
    contents.push(restore);
    over.forEach(write);
    page.set(PDFName.Contents, contents);
  }

  /** A content stream, its resources known to the page. */
  #write(operators: string, resources: PDFDict, identity: PDFObject): PDFRef {
    for (const [, name] of operators.matchAll(ours)) this.#provide(name!, resources, identity);
    const known = this.#drawn.get(operators);
    if (known) return known;
    const named = `${operators.replace(ours, `${this.#prefix}$1`)}\n`;
    const ref = this.#draft.context.register(this.#stream(named));
    this.#drawn.set(operators, ref);
    return ref;
  }

  /** The page's resource dictionary, to be changed, and what it is the same as on other pages. */
  #resources(page: PDFDict, inherited: PDFObject | undefined): { resources: PDFDict; identity: PDFObject } {
    const own = page.get(PDFName.Resources);
    const value = own ?? inherited;
    if (value instanceof PDFRef) {
      page.set(PDFName.Resources, value);
      return { resources: this.#draft.edit(value), identity: value };
    }
    if (own || !(value instanceof PDFDict)) {
      const resources = value instanceof PDFDict ? value.clone() : PDFDict.withContext(this.#draft.context);
      page.set(PDFName.Resources, resources);
      return { resources, identity: resources };
    }
    const shared = this.#shared.get(value) ?? this.#draft.context.register(value.clone());
    this.#shared.set(value, shared);
    page.set(PDFName.Resources, shared);
    return { resources: this.#draft.edit(shared), identity: shared };
  }

  #provide(name: string, resources: PDFDict, identity: PDFObject): void {
    const known = this.#has.get(identity) ?? new Set();
    this.#has.set(identity, known);
    if (known.has(name)) return;
    known.add(name);
    const category = PDFName.of(categories[name[0] as keyof typeof categories]);
    const value = resources.get(category);
    let entries: PDFDict;
    if (value instanceof PDFRef) entries = this.#draft.edit(value);
    else {
      entries = asDict(value)?.clone() ?? PDFDict.withContext(this.#draft.context);
      resources.set(category, entries);
    }
    entries.set(PDFName.of(`${this.#prefix.slice(1)}${name}`), this.#make(name));
  }

  #make(name: string): PDFRef {
    const made = this.#made.get(name);
    if (made) return made;
    const ref = this.#embed(name[0] as keyof typeof categories, Number(name.slice(1)));
    this.#made.set(name, ref);
    return ref;
  }

  #embed(kind: keyof typeof categories, number: number): PDFRef {
    const { context } = this.#draft;
    if (kind === 'F') return embedFont(context, this.#ink.characters);
    if (kind === 'I') return embedPicture(context, [...this.#ink.pictures.values()][number]!);
    return context.register(context.obj({ Type: 'ExtGState', ca: number / 100, CA: number / 100 }));
  }

  #streams(): { save: PDFRef; restore: PDFRef } {
    const { context } = this.#draft;
    this.#frame ??= {
      save: context.register(this.#stream('q\n')),
      restore: context.register(this.#stream('\nQ\n')),
    };
    return this.#frame;
  }

  #stream(operators: string): PDFRawStream {
    return PDFRawStream.of(PDFDict.withContext(this.#draft.context), Buffer.from(operators, 'latin1'));
  }
}
