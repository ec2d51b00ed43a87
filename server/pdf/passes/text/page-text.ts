import type { Line } from './layout.ts';

/** What is read of a page; plain JSON. */
export interface PageText {
  /** Its number in the document that it was read from, one-based. */
  page: number;
  /** Points, as shown. */
  width: number;
  height: number;
  /** Degrees that the page is turned by, clockwise; the boxes are of the turned page. */
  rotation: number;
  lines: Line[];
  /** The page is damaged. */
  unreadable?: true;
  /** Its annotations are. */
  unreadableAnnotations?: true;
}
