import { after, inverse, type Matrix } from './page-frame.ts';
import { angleOf, turn } from './text-run.ts';
import type { TextPage } from './text-page.ts';

/** How the characters of a text object are written. */
export interface Style {
  /** Degrees that its lines are turned by on the page as shown, clockwise. */
  angle: number;
  /** Of the font, in points. */
  size: number;
  /** As parts of the size. */
  ascent: number;
  descent: number;
  /** Downwards. */
  vertical: boolean;
  /** The document tells what it says: PDFium spreads that over what is drawn. */
  replaced: boolean;
  /** From text space to the page's own coordinates. */
  own: Matrix;
  /** From text space to where PDFium says that the characters are. */
  told: Matrix;
  /** From text space to points on the page as shown, turned back by the angle. */
  upright: Matrix;
  /** In text space: of the letters, by what the font says, and the direction that it is written in. */
  height: number;
  direction: 1 | -1;
}

/** @param at a character of the object @param shown from the page's own coordinates to points on it as shown */
export function styleOf(text: TextPage, at: number, shown: Matrix): Style {
  const object = text.object(at);
  const fontSize = text.fontSize(at);
  const origin = text.origin(at);
  const own = text.matrix(at);
  const inForm = text.matrixOf(object);
  // Of text that is told PDFium knows but one place, and that within the form.
  const told = origin[0] === inForm[4] && origin[1] === inForm[5] ? inForm : own;
  // What is written downwards stands below the place where its object begins.
  const vertical = Math.abs(inverse(told, ...origin)[1]) > 0.01 * Math.abs(fontSize);
  const direction = fontSize < 0 ? -1 : 1;
  const [a, b, c, d, e, f] = after(own, shown);
  const angle = vertical ? angleOf(-c * direction, -d * direction) : angleOf(a * direction, b * direction);
  const { ascent, descent } = text.reachOf(object);
  return {
    angle,
    ...plausible(ascent, descent, Math.abs(fontSize) * Math.hypot(c, d)),
    vertical,
    replaced: isReplaced(text, at),
    own,
    told,
    upright: after([a, b, c, d, e, f], [...turn(1, 0, -angle), ...turn(0, 1, -angle), 0, 0]),
    height: (ascent - descent) * Math.abs(fontSize),
    direction,
  };
}

/** All of a text that is told has one origin, as the letters of a ligature have; but these have one box, too. */
function isReplaced(text: TextPage, at: number): boolean {
  if (at + 1 >= text.length || text.object(at) !== text.object(at + 1)) return false;
  const [[x, y], [nextX, nextY]] = [text.origin(at), text.origin(at + 1)];
  return x === nextX && y === nextY && text.inkedBox(at).left !== text.inkedBox(at + 1).left;
}

/** Fonts say of themselves what they like, or nothing; those that are drawn by content (Type 3) have units of their own. */
function plausible(
  ascent: number,
  descent: number,
  size: number,
): Pick<Style, 'size' | 'ascent' | 'descent'> {
  const height = ascent - descent;
  const em = height > 4 || (height > 0 && height < 0.1) ? height : 1;
  return {
    size: size * em,
    ascent: within(ascent / em, 0.5, 1.2, 0.8),
    descent: within(descent / em, -0.5, 0, -0.2),
  };
}

function within(value: number, least: number, most: number, otherwise: number): number {
  return value >= least && value <= most ? value : otherwise;
}

/** The part of a line that characters take, in points, seen upright. */
export interface Stretch {
  left: number;
  right: number;
  baseline: number;
  /** The last character stands before the first one. */
  leftwards: boolean;
}

/** @param last of the same object as the first */
export function stretchOf(text: TextPage, first: number, last: number, style: Style): Stretch {
  const [a, b, c, d, e, f] = style.upright;
  const begin = penAt(text, first, style);
  const end = first === last ? begin : penAt(text, last, style);
  const along = [...begin, ...end].map((pen) => (style.vertical ? c : a) * pen + e);
  return {
    left: Math.min(...along),
    right: Math.max(...along),
    baseline: (style.vertical ? d : b) * begin[0] + f,
    leftwards: along[2]! < along[0]!,
  };
}

/** How far the pen has come in text space, before a character and after it. */
function penAt(text: TextPage, at: number, style: Style): [before: number, behind: number] {
  const { told, own, replaced, vertical, height, direction } = style;
  const [x, y] = text.origin(at);
  if (replaced && Math.abs(told[0]) > Math.abs(told[1])) {
    const { left, right } = text.inkedBox(at);
    return [(left - x) / told[0], (right - x) / told[0]];
  }
  const [across, up] = inverse(told, x, y);
  const { left, right, bottom, top } = text.looseBox(at);
  // The size of this box is in text space.
  if (vertical) return [up + top - y, up + bottom - y];
  // The box is upright, whatever way the character stands in it.
  const [a, b, c, d] = own.map(Math.abs) as [number, number, number, number];
  const width = a < b ? (top - bottom - d * height) / b : (right - left - c * height) / a;
  return [across, across + direction * width];
}
