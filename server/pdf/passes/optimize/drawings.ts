import { PDFName, PDFRef, PDFStream } from 'pdf-lib';
import type { PDFDict, PDFObject } from 'pdf-lib';
import { type Matrix, multiply, toMatrix } from '../../source/matrix.ts';
import { asDict, nameAt, numberAt } from '../../source/objects.ts';
import { contentStreams, unpackContent } from '../../source/content/page-content.ts';
import { isImage } from './image.ts';
import { readOperations } from './operations.ts';
import type { Operation } from './operations.ts';
import { resourcesOf } from './page-objects.ts';
import type { Draft } from '../../model/edited.ts';

/** An image that is drawn, and how large, in points. */
export interface Drawing {
  image: PDFRef;
  width: number;
  height: number;
}

/** For a document, in bytes of content that are read, about 3 s. Forms in forms in forms may come to any number. */
const mostSteps = 100_000_000;
/** What an operation takes. */
const perOperation = 20;
const deepest = 12;

/** Follows what the pages of a draft draw, through forms. */
export class Drawings {
  /** The forms among it. */
  readonly followed = new Set<PDFObject>();
  readonly #draft: Draft;
  readonly #forms = new Map<PDFStream, readonly Operation[]>();
  #steps = 0;

  constructor(draft: Draft) {
    this.#draft = draft;
  }

  /** The images that a page draws itself. Undefined where its content cannot be followed. */
  of(page: PDFRef): Drawing[] | undefined {
    const node = asDict(this.#draft.resolve(page));
    const streams = contentStreams(node?.get(PDFName.of('Contents')), (value) => this.#draft.resolve(value));
    const found: Drawing[] = [];
    try {
      const unit = numberAt(node, 'UserUnit') ?? 1;
      this.#follow(this.#read(streams), resourcesOf(page, this.#draft), [unit, 0, 0, unit, 0, 0], 0, found);
    } catch (error) {
      if (error instanceof Unclear) return undefined;
      throw error;
    }
    return found;
  }

  #follow(
    operations: readonly Operation[],
    resources: PDFDict | undefined,
    from: Matrix,
    depth: number,
    found: Drawing[],
  ): void {
    this.#spend(operations.length * perOperation);
    if (depth > deepest) throw new Unclear();
    const named = asDict(this.#at(resources, 'XObject'));
    const saved: Matrix[] = [];
    let matrix = from;
    for (const operation of operations) {
      if (operation.operator === 'q') saved.push(matrix);
      else if (operation.operator === 'Q') matrix = saved.pop() ?? matrix;
      else if (operation.operator === 'cm') matrix = multiply(operation.matrix, matrix);
      else {
        const ref = named?.get(operation.name);
        const object = this.#draft.resolve(ref);
        if (!(object instanceof PDFStream) || !(ref instanceof PDFRef)) continue;
        if (isImage(object)) found.push({ image: ref, ...sizeUnder(matrix) });
        else if (nameAt(object.dict, 'Subtype') === 'Form') {
          const own = asDict(this.#at(object.dict, 'Resources')) ?? resources;
          this.followed.add(object);
          const inner = multiply(toMatrix(this.#at(object.dict, 'Matrix')), matrix);
          this.#follow(this.#operationsOf(object), own, inner, depth + 1, found);
        }
      }
    }
  }

  #operationsOf(form: PDFStream): readonly Operation[] {
    const operations = this.#forms.get(form) ?? this.#read([form]);
    this.#forms.set(form, operations);
    return operations;
  }

  #read(streams: readonly PDFStream[]): readonly Operation[] {
    const content = unpackContent(streams, mostSteps - this.#steps);
    const operations = content && readOperations(content);
    if (!operations) throw new Unclear();
    this.#spend(content.length);
    return operations;
  }

  #at(dict: PDFDict | undefined, key: string): PDFObject | undefined {
    return this.#draft.resolve(dict?.get(PDFName.of(key)));
  }

  #spend(steps: number): void {
    this.#steps += steps;
    if (this.#steps > mostSteps) throw new Unclear();
  }
}

class Unclear extends Error {}

/** Of the unit square, which images are drawn into. */
function sizeUnder([a, b, c, d]: Matrix): { width: number; height: number } {
  return { width: Math.hypot(a, b), height: Math.hypot(c, d) };
}
