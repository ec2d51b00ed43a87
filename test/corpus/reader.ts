import type { QpdfObject } from '../helpers/read-pdf.ts';
import type { Structures } from '../native/structures.ts';
import type { Picture } from './picture.ts';

/** Programs that share no code with the engine. */
export interface Reader {
  /** What reads, for people. */
  name: string;
  /** Looks at a file, and at some of its pages (one-based): if left out those of `sample`. Never rejects. */
  look(path: string, pages?: readonly number[]): Promise<Seen>;
  /** The drawings that qpdf finds to be those of the first page; undefined where it cannot tell. */
  drawingsOfFirst(path: string): Promise<number | undefined>;
}

/** What is found in a file. */
export interface Seen {
  /** What `qpdf --check` answers: 0 nothing, 3 warnings, 2 errors. */
  code: number;
  /** Its words. */
  words: string;
  /** Undefined where qpdf cannot read it. */
  structures: Structures | undefined;
  /** Pictures and drawings that pages may share: images and forms. */
  drawings: number;
  pages: ReadonlyMap<number, PageSeen>;
}

/** What is found on a page. Undefined where it could not be read, or not in time. */
export interface PageSeen {
  picture: Picture | undefined;
  text: string | undefined;
}

/** Pixels of the longer side that pictures have. */
export const longestSide = 600;

/** The first, one in the middle, the last. */
export function sample(structures: Structures | undefined): number[] {
  const last = structures?.links.length ?? 0;
  return [...new Set([1, Math.ceil(last / 2), last])].filter((page) => page >= 1 && page <= last);
}

/** What makes qpdf take the first page of a file, with what it uses and nothing else. */
export function firstOf(path: string, target: string): string[] {
  return ['--empty', '--remove-unreferenced-resources=yes', '--pages', path, '1', '--', target];
}

/** @param objects all of a file, as qpdf tells them */
export function countDrawings(objects: Record<string, QpdfObject>): number {
  return Object.values(objects).filter(({ stream }) =>
    ['/Image', '/Form'].includes(String(stream?.dict['/Subtype'])),
  ).length;
}
