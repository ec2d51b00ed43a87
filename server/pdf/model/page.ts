/** Left, bottom, right, top, in points. */
export type Box = readonly [number, number, number, number];

/**
 * What a page looks like to a page step: the source's page with all earlier patches applied. Its coordinates are the
 * page's own in points, whatever unit its content is written in.
 */
export interface PageView {
  /** What is visible: the CropBox within the MediaBox. */
  box: Box;
  /** All of it: the MediaBox. */
  sheet: Box;
  /** 0, 90, 180 or 270, clockwise. */
  rotate: number;
  /** Points of a unit of its content: its UserUnit. */
  unit: number;
}

/**
 * What is to be done to one page, in the units of its content: small, serialisable, stored per range, applied by the
 * writer.
 */
export interface PagePatch extends Drawing {
  /** The new absolute rotation. */
  rotate?: number;
  /** The new CropBox. */
  crop?: Box;
  /** What is to be closed before something is drawn over it. */
  balance?: Balance;
}

/**
 * What a page's content leaves open at its end. Viewers read all content streams of a page as one (ISO 32000-1, 7.8.2):
 * what is drawn over it would be drawn in the state that it was left in.
 */
export interface Balance {
  /** `Q`s without a `q`. */
  surplus: number;
  /** `q`s without a `Q`. */
  open: number;
  /** Marked content without its end: it may be hidden, with all that follows. */
  marks: number;
  text: boolean;
  path: boolean;
  /**
   * It is written anew: without an operation that is not finished, and without `Q`s that no `q` before it can make up
   * for, as what follows them needs the state that they would end.
   */
  mended: boolean;
  /** Not all of it could be understood. */
  doubtful: boolean;
}

export interface Drawing {
  /**
   * Content operators drawn over the page, one after the other, in its own coordinates; latin1. What they may name:
   * opacities in percent, as `/OctavoA30`, pictures by their order, as `/OctavoI0`, and fonts, as `/OctavoF0`. Strings of
   * a font are letters: what glyphs each is made of, how wide it is and, in UTF-16 in hex, what it stands for:
   * `<F0 36:639=0041 72+2665@-7,10:564=0065 :0=0301>`. Those of `/OctavoO0`, which nobody sees, are UTF-16 in hex.
   */
  over?: readonly string[];
  /** The same, drawn under what is on the page. */
  under?: readonly string[];
}

/** What there is to draw with, beside the page: the same for all pages of a job. */
export interface DrawContext {
  pictures: Pictures;
  /** ISO 8601: when the job was created. */
  date: string;
}

/** Images that steps draw, by the value of the option that names them. */
export type Pictures = ReadonlyMap<string, Picture>;

/** An image as a PDF has it: samples of 8 bits, RGB or gray, and where it is not opaque a mask beside them. */
export interface Picture {
  width: number;
  height: number;
  colors: 'DeviceRGB' | 'DeviceGray';
  filter: 'DCTDecode' | 'FlateDecode';
  data: Buffer;
  /** Deflated opacities. */
  alpha: Buffer | undefined;
}
