import { deflateSync } from 'node:zlib';
import { PDFArray, PDFDict, PDFName, PDFNumber, PDFRawStream, PDFRef, PDFStream } from 'pdf-lib';
import type { PDFObject } from 'pdf-lib';
import { asDict } from '../source/objects.ts';
import { mend } from '../source/content/balance.ts';
import { contentStreams, unpackContent } from '../source/content/page-content.ts';
import { DrawnFont } from './drawn-font.ts';
import { embedPicture } from './embed-picture.ts';
import { embedUnseenFont } from './embed-unseen-font.ts';
import { enclose } from './enclose.ts';
import { identifier } from './identifier.ts';
import type { PagePatch, Pictures } from '../model/page.ts';
import type { Draft } from '../model/edited.ts';

const cropBox = PDFName.of('CropBox');
/** What a patch's operators call resources that are ours, see `Drawing`. */
const ours = /\/Octavo([FAIO]\d+)\b/g;
const letters = /<F(\d+) ([^>]*)>/g;
const categories = { F: 'Font', O: 'Font', A: 'ExtGState', I: 'XObject' } as const;

/**
 * Applies patches to pages of a draft. What pages share stays shared: one entry for each resource dictionary, one pair
 * of streams around the old content for all pages, and one stream for each different drawing.
 */
export class Overlay {
  readonly #draft: Draft;
  readonly #pictures: Pictures;
  /** Before each of our names, so that what an earlier job has drawn on the page keeps its own. */
  readonly #prefix: string;
  /** Streams by operators: what is the same on many pages is there once. */
  readonly #drawn = new Map<string, PDFRef>();
  /** Content that was mended, by what the page says of it. */
  readonly #mended = new Map<string, PDFRef>();
  /** By their numbers. */
  readonly #fonts = new Map<number, DrawnFont>();
  /** Our resources by name. */
  readonly #made = new Map<string, PDFRef>();
  /** Which of them each resource dictionary has by now. */
  readonly #has = new Map<PDFObject, Set<string>>();
  /** References to what was inherited and is now shared by name. */
  readonly #shared = new Map<PDFObject, PDFRef>();

  constructor(draft: Draft, pictures: Pictures, seed: string) {
    this.#draft = draft;
    this.#pictures = pictures;
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
    const drawn = (operators: string): PDFRef => this.#write(operators, resources, identity);
    const [before, after] = over.length === 0 ? [] : enclose(patch.balance);
    const contents = [
      ...under.map(drawn),
      ...(before ? [this.#written(before)] : []),
      ...this.#content(page.get(PDFName.Contents), patch.balance?.mended),
      ...(after ? [this.#written(after)] : []),
      ...over.map(drawn),
    ];
    page.set(PDFName.Contents, this.#draft.context.obj(contents));
  }

  /** After the last page: embeds the fonts with what is drawn of them. */
  end(): void {
    for (const font of this.#fonts.values()) font.embed();
  }

  /** The streams of what was on the page. */
  #content(contents: PDFObject | undefined, mended = false): PDFRef[] {
    const resolve = (value: PDFObject | undefined): PDFObject | undefined => this.#draft.resolve(value);
    if (mended) return [this.#mend(String(contents), contentStreams(contents, resolve))];
    const value = resolve(contents);
    const parts = value instanceof PDFArray ? value.asArray() : [contents];
    return parts.filter((part) => part instanceof PDFRef).filter((ref) => resolve(ref) instanceof PDFStream);
  }

  #mend(key: string, streams: readonly PDFStream[]): PDFRef {
    const ref = this.#mended.get(key) ?? this.#register(mend(unpackContent(streams)!));
    this.#mended.set(key, ref);
    return ref;
  }

  /** A content stream, its resources known to the page. */
  #write(operators: string, resources: PDFDict, identity: PDFObject): PDFRef {
    for (const [, name] of operators.matchAll(ours)) this.#provide(name!, resources, identity);
    return this.#written(operators);
  }

  /** A stream with these operators; our names made those of this overlay. */
  #written(operators: string): PDFRef {
    const known = this.#drawn.get(operators);
    if (known) return known;
    const named = operators
      .replace(letters, (_, font: string, drawn: string) => this.#font(Number(font)).encode(drawn.split(' ')))
      .replace(ours, `${this.#prefix}$1`);
    const ref = this.#register(Buffer.from(`${named}\n`, 'latin1'));
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
    if (kind === 'F') return this.#font(number).ref;
    if (kind === 'O') return embedUnseenFont(context);
    if (kind === 'I') return embedPicture(context, [...this.#pictures.values()][number]!);
    return context.register(context.obj({ Type: 'ExtGState', ca: number / 100, CA: number / 100 }));
  }

  #font(number: number): DrawnFont {
    const font = this.#fonts.get(number) ?? new DrawnFont(this.#draft.context, number);
    this.#fonts.set(number, font);
    return font;
  }

  #register(operators: Buffer): PDFRef {
    const { context } = this.#draft;
    // Packing takes its time, and makes short ones longer.
    const stream =
      operators.length < 400
        ? PDFRawStream.of(PDFDict.withContext(context), operators)
        : PDFRawStream.of(context.obj({ Filter: 'FlateDecode' }), deflateSync(operators));
    return context.register(stream);
  }
}
