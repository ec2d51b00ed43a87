import { PDFArray, PDFName } from 'pdf-lib';
import type { PDFObject } from 'pdf-lib';
import { balanceOf } from '../../source/content/balance.ts';
import { contentStreams, unpackContent } from '../../source/content/page-content.ts';
import type { Source } from '../../source/load.ts';
import type { Balance } from '../../model/page.ts';

/** For all pages together, in bytes: some 10 s. Content that is packed a thousandfold may come to any number. */
const mostBytes = 1e9;

/** What pages' contents leave open. Pages that share their content are read once; nothing of it is kept. */
export class Balances {
  readonly #known = new Map<Source, Map<unknown, Balance | undefined>>();
  #bytes = 0;

  /** @param page zero-based */
  of(source: Source, page: number): Balance | undefined {
    const contents = source.pages[page]!.node.get(PDFName.Contents);
    const known = this.#known.get(source) ?? new Map<unknown, Balance | undefined>();
    this.#known.set(source, known);
    // References are the same object each time, arrays are not.
    const key = contents instanceof PDFArray ? String(contents) : contents;
    if (!known.has(key)) known.set(key, this.#read(source, contents));
    return known.get(key);
  }

  #read({ context }: Source, contents: PDFObject | undefined): Balance | undefined {
    if (this.#bytes > mostBytes) return unread;
    const content = unpackContent(contentStreams(contents, (value) => context.lookup(value)));
    if (!content) return unread;
    this.#bytes += content.length;
    return balanceOf(content);
  }
}

const unread: Balance = {
  surplus: 0,
  open: 0,
  marks: 0,
  text: false,
  path: false,
  mended: false,
  doubtful: true,
};
