import { PDFName, PDFStream } from 'pdf-lib';
import { identity, type Matrix, multiply, toMatrix } from '../matrix.ts';
import type { Source } from '../load.ts';
import { asDict, nameAt } from '../objects.ts';
import type { SourcePage } from '../page-tree.ts';
import { viewPage } from '../page-view.ts';
import { ContentReader } from './content-reader.ts';
import { unpackContent } from './page-content.ts';
import { contentsOf, resourcesOf } from './painters.ts';
import { category } from './resource-names.ts';
import type { Box } from '../../model/page.ts';

/** What a page's content paints; its annotations are none of it. Shares are those of the page that is visible. */
export interface Painting {
  /** It paints something: maybe white, beside the page or under something else. */
  paints: boolean;
  /** It shows text that is not invisible, as that of OCR is. */
  text: boolean;
  /** What its pictures cover, all together: a scan may be cut into many. */
  pictures: number;
  /** What the largest covers of those that have no holes. */
  opaque: number;
}

/** Undefined where its content, or some that it draws, cannot be followed. */
export function paintingOf(source: Source, page: SourcePage): Painting | undefined {
  const { box, unit } = viewPage(source, page);
  const painting: Painting = { paints: false, text: false, pictures: 0, opaque: 0 };
  const visible = box.map((side) => side / unit) as unknown as Box;
  const follower = new Follower(source, visible, painting);
  return follower.follow(page, page, { matrix: identity, mode: 0 }, 0) ? painting : undefined;
}

/** For a page, in bytes of content that are read: forms in forms in forms may come to any number. */
const mostBytes = 32 * 2 ** 20;
/** What an operation takes. */
const perOperation = 20;
const deepest = 12;

/** What matters here of the graphics state. */
interface State {
  matrix: Matrix;
  /** How text is rendered: 3 is not at all, 7 as a clip alone (ISO 32000-1, 9.3.6). */
  mode: number;
}

class Follower {
  readonly #source: Source;
  readonly #visible: Box;
  readonly #painting: Painting;
  #left = mostBytes;

  constructor(source: Source, visible: Box, painting: Painting) {
    this.#source = source;
    this.#visible = visible;
    this.#painting = painting;
  }

  /** Whether that could be done to its end. @param owner whose resources it draws with */
  follow(
    painter: SourcePage | PDFStream,
    owner: SourcePage | PDFStream,
    from: State,
    depth: number,
  ): boolean {
    const content = unpackContent(contentsOf(painter, this.#source), this.#left);
    if (!content || depth > deepest) return false;
    this.#left -= content.length;
    const resources = asDict(this.#source.context.lookup(resourcesOf(owner)));
    const named = asDict(resources?.lookup(category.XObject));
    const saved: State[] = [];
    let state = from;
    const reader = new ContentReader(content);
    while (reader.next()) {
      this.#left -= perOperation;
      if (this.#left < 0) return false;
      const { operator } = reader;
      if (operator === 'q') saved.push(state);
      else if (operator === 'Q') state = saved.pop() ?? state;
      else if (operator === 'cm')
        state = { ...state, matrix: multiply(toNumbers(reader) ?? identity, state.matrix) };
      else if (operator === 'Tr') state = { ...state, mode: reader.numbers(1)?.[0] ?? 0 };
      else if (operator === 'Do') {
        const name = reader.name();
        const object = name && named?.lookup(name);
        if (object instanceof PDFStream && !this.#draw(object, owner, state, depth)) return false;
      } else if (operator === 'BI') this.#addPicture(state.matrix, false);
      else if (showing.has(operator)) this.#addText(state.mode);
      else if (painters.has(operator)) this.#painting.paints = true;
    }
    return reader.sound;
  }

  #draw(object: PDFStream, owner: SourcePage | PDFStream, state: State, depth: number): boolean {
    const kind = nameAt(object.dict, 'Subtype');
    if (kind === 'Image') this.#addPicture(state.matrix, !holes.some((key) => object.dict.has(key)));
    if (kind !== 'Form') return true;
    const matrix = multiply(toMatrix(object.dict.lookup(PDFName.of('Matrix'))), state.matrix);
    const own = object.dict.has(PDFName.Resources) ? object : owner;
    return this.follow(object, own, { ...state, matrix }, depth + 1);
  }

  #addText(mode: number): void {
    this.#painting.paints = true;
    if (mode !== 3 && mode !== 7) this.#painting.text = true;
  }

  #addPicture(matrix: Matrix, isOpaque: boolean): void {
    const share = shareUnder(matrix, this.#visible);
    this.#painting.paints = true;
    this.#painting.pictures += share;
    if (isOpaque) this.#painting.opaque = Math.max(this.#painting.opaque, share);
  }
}

function toNumbers(reader: ContentReader): Matrix | undefined {
  return reader.numbers(6) as Matrix | undefined;
}

/** Of the unit square, which pictures are drawn into: what the box around it covers. */
function shareUnder([a, b, c, d, e, f]: Matrix, [left, bottom, right, top]: Box): number {
  const across = overlap(e + Math.min(0, a, c, a + c), e + Math.max(0, a, c, a + c), left, right);
  const up = overlap(f + Math.min(0, b, d, b + d), f + Math.max(0, b, d, b + d), bottom, top);
  return across * up || 0;
}

/** The share of the second stretch that the first covers. */
function overlap(from: number, to: number, start: number, end: number): number {
  return Math.max(0, Math.min(to, end) - Math.max(from, start)) / (end - start);
}

const showing = new Set(['Tj', 'TJ', "'", '"']);
const painters = new Set(['b', 'b*', 'B', 'B*', 'f', 'F', 'f*', 's', 'S', 'sh']);
const holes = ['ImageMask', 'SMask', 'Mask'].map((key) => PDFName.of(key));
