/** A word, or a part of one in one font, seen upright: turned by `angle` clockwise it stands as on the page. */
export interface Run {
  /** Without space in it; with one behind it where the next word follows. */
  text: string;
  /** Degrees. */
  angle: number;
  /** Points, from the top left of the page as shown, in the frame that was turned back by `angle`. */
  left: number;
  right: number;
  baseline: number;
  top: number;
  bottom: number;
  /** Of the font, in points. */
  size: number;
  rightToLeft: boolean;
  /** The annotation that shows it; the page itself, if left out. */
  of?: Origin;
}

/** What else than the page itself shows a piece of text. */
export interface Origin {
  /** The subtype of an annotation, as `FreeText` or `Widget`. */
  annotation: string;
  /** The full name of a form field. */
  field?: string;
}

/** A page as shown, rotation applied; sizes in points. */
export interface PageRuns {
  width: number;
  height: number;
  rotation: number;
  runs: Run[];
}

const degree = Math.PI / 180;

/** Turns a point clockwise around the top left of the page, by degrees. */
export function turn(x: number, y: number, angle: number): [x: number, y: number] {
  const [sin, cos] = [Math.sin(angle * degree), Math.cos(angle * degree)];
  return [x * cos - y * sin, x * sin + y * cos];
}

/** Degrees, clockwise, of a direction on the page as shown. */
export function angleOf(x: number, y: number): number {
  return (Math.round(Math.atan2(y, x) / degree) + 360) % 360;
}
