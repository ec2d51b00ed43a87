import { PDFArray, PDFDict, PDFName, PDFNumber, PDFRawStream, PDFRef } from 'pdf-lib';
import type { PDFObject } from 'pdf-lib';
import type { Draft } from './draft.ts';
import { asDict, nameAt } from '../read/objects.ts';
import type { PagePatch } from '../step.ts';

/** The key that patches call their font by. */
const fontKey = 'OctavoF';
const cropBox = PDFName.of('CropBox');

/**
 * Applies patches to pages of a draft. What pages share stays shared: one font entry for each resource dictionary,
 * one pair of streams around the old content for all pages, and one small stream for each page.
 */
export class Overlay {
  readonly #draft: Draft;
  /** The key of the font in each resource dictionary that has it by now. */
  readonly #keys = new Map<PDFObject, string>();
  /** References to what was inherited and is now shared by name. */
  readonly #shared = new Map<PDFObject, PDFRef>();
  #frame: { font: PDFRef; save: PDFRef; restore: PDFRef } | undefined;

  constructor(draft: Draft) {
    this.#draft = draft;
  }

  /**
   * @param page a copy that may be changed
   * @param inheritedResources what the page takes from the page tree, where it has none of its own
   */
  apply(page: PDFDict, patch: PagePatch, inheritedResources?: PDFObject): void {
    if (patch.rotate !== undefined) page.set(PDFName.Rotate, PDFNumber.of(patch.rotate));
    if (patch.crop) page.set(cropBox, this.#draft.context.obj([...patch.crop]));
    if (patch.overlay === undefined) return;
    const key = this.#font(page, inheritedResources);
    const operators = key === fontKey ? patch.overlay : patch.overlay.replaceAll(`/${fontKey} `, `/${key} `);
    const { save, restore } = this.#streams();
    const contents = PDFArray.withContext(this.#draft.context);
    contents.push(save);
    const old = page.get(PDFName.Contents);
    const parts = this.#draft.resolve(old);
    if (parts instanceof PDFArray) for (const part of parts.asArray()) contents.push(part);
    else if (old && parts) contents.push(old);
    contents.push(restore);
    contents.push(this.#draft.context.register(this.#stream(operators)));
    page.set(PDFName.Contents, contents);
  }

  /** Makes the font known to the page, answers under which key. */
  #font(page: PDFDict, inherited: PDFObject | undefined): string {
    const own = page.get(PDFName.Resources);
    const value = own ?? inherited;
    if (value instanceof PDFRef) {
      page.set(PDFName.Resources, value);
      return this.#fontIn(this.#draft.edit(value), value);
    }
    if (!(value instanceof PDFDict)) {
      const resources = PDFDict.withContext(this.#draft.context);
      page.set(PDFName.Resources, resources);
      return this.#fontIn(resources, resources);
    }
    if (own) {
      const resources = value.clone();
      page.set(PDFName.Resources, resources);
      return this.#fontIn(resources, resources);
    }
    const shared = this.#shared.get(value) ?? this.#draft.context.register(value.clone());
    this.#shared.set(value, shared);
    page.set(PDFName.Resources, shared);
    return this.#fontIn(this.#draft.edit(shared), shared);
  }

  #fontIn(resources: PDFDict, identity: PDFObject): string {
    const known = this.#keys.get(identity);
    if (known !== undefined) return known;
    const value = resources.get(PDFName.Font);
    let fonts: PDFDict;
    if (value instanceof PDFRef) fonts = this.#draft.edit(value);
    else {
      fonts = asDict(value)?.clone() ?? PDFDict.withContext(this.#draft.context);
      resources.set(PDFName.Font, fonts);
    }
    const { font } = this.#streams();
    let key = fontKey;
    for (let count = 2; this.#isTaken(fonts, key, font); count += 1) key = `${fontKey}${count}`;
    fonts.set(PDFName.of(key), font);
    this.#keys.set(identity, key);
    return key;
  }

  /** A result of ours that comes back has the key already, most likely for the same font. */
  #isTaken(fonts: PDFDict, key: string, font: PDFRef): boolean {
    const value = fonts.get(PDFName.of(key));
    if (value === undefined || value === font) return false;
    const there = asDict(this.#draft.resolve(value));
    return nameAt(there, 'BaseFont') !== 'Helvetica' || nameAt(there, 'Encoding') !== 'WinAnsiEncoding';
  }

  #streams(): { font: PDFRef; save: PDFRef; restore: PDFRef } {
    const { context } = this.#draft;
    this.#frame ??= {
      font: context.register(
        context.obj({ Type: 'Font', Subtype: 'Type1', BaseFont: 'Helvetica', Encoding: 'WinAnsiEncoding' }),
      ),
      save: context.register(this.#stream('q\n')),
      restore: context.register(this.#stream('\nQ\n')),
    };
    return this.#frame;
  }

  #stream(operators: string): PDFRawStream {
    return PDFRawStream.of(PDFDict.withContext(this.#draft.context), Buffer.from(operators, 'latin1'));
  }
}
