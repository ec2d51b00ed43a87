/** A piece of a line without a wide gap in it; points, from the top left. */
export interface Segment {
  left: number;
  right: number;
  top: number;
  bottom: number;
  baseline: number;
  size: number;
  /** Characters. */
  length: number;
}

/** As parts of the font size: gaps between columns, and between what belongs to one band of columns. */
const gutterWidth = 0.8;
const bandGap = 2.5;
/** Characters of a segment, on average: what is shorter is a table's cell, or a list's bullets. */
const proseLength = 10;
const mostDepth = 8;

/**
 * Parts the segments of a page into groups to be read one after the other, each from top to bottom: a heading over all
 * columns, then the columns from left to right, then the next band. Cells of a table are no columns: they stay together.
 */
export function readingOrder<S extends Segment>(segments: readonly S[], depth = 0): S[][] {
  return bandsOf(segments).flatMap((band) => {
    const columns = depth < mostDepth ? columnsOf(band) : [];
    return columns.length < 2 ? [band] : columns.flatMap((column) => readingOrder(column, depth + 1));
  });
}

/** Stretches of the page, from top to bottom, over which the gaps between columns stay where they are. */
function bandsOf<S extends Segment>(segments: readonly S[]): S[][] {
  const size = median(segments.map((segment) => segment.size));
  const bands: S[][] = [];
  let spans: Span[] = [];
  let bottom = -Infinity;
  for (const row of rowsOf(segments)) {
    const own = join(row);
    const both = join([...spans, ...row]);
    const least = gutterWidth * size;
    const breaks = gaps(both, least).length === 0 && gaps(spans, least).length + gaps(own, least).length > 0;
    const top = Math.min(...row.map((segment) => segment.top));
    const joins = bands.length > 0 && !breaks && top - bottom < bandGap * size;
    if (joins) bands.at(-1)!.push(...row);
    else bands.push(row);
    spans = joins ? both : own;
    bottom = Math.max(...row.map((segment) => segment.bottom));
  }
  return bands;
}

/** Segments that overlap vertically, directly or through others. */
function rowsOf<S extends Segment>(segments: readonly S[]): S[][] {
  const rows: S[][] = [];
  let end = -Infinity;
  for (const segment of segments.toSorted((a, b) => body(a)[0] - body(b)[0])) {
    const [top, bottom] = body(segment);
    if (top < end) rows.at(-1)!.push(segment);
    else rows.push([segment]);
    end = Math.max(end, bottom);
  }
  return rows;
}

/** Where the small letters are: lines that are set tight overlap elsewhere. */
function body({ baseline, size }: Segment): [top: number, bottom: number] {
  return [baseline - 0.6 * size, baseline];
}

/** Cut at the gaps that go through all of the band, where there is running text on both sides. */
function columnsOf<S extends Segment>(band: readonly S[]): S[][] {
  const size = median(band.map((segment) => segment.size));
  const cuts = gaps(join(band), gutterWidth * size).map(([left, right]) => (left + right) / 2);
  const parts = Array.from({ length: cuts.length + 1 }, (): S[] => []);
  for (const segment of band) parts[cuts.filter((cut) => cut < segment.left).length]!.push(segment);
  // What is none goes with its right neighbour, as a bullet with its text.
  const columns: S[][] = [];
  let rest: S[] = [];
  for (const part of parts) {
    rest = [...rest, ...part];
    if (!isColumn(rest)) continue;
    columns.push(rest);
    rest = [];
  }
  columns.at(-1)?.push(...rest);
  return columns;
}

function isColumn(segments: readonly Segment[]): boolean {
  const baselines = new Set(segments.map(({ baseline }) => Math.round(baseline)));
  const length = segments.reduce((sum, segment) => sum + segment.length, 0);
  return baselines.size > 1 && length >= proseLength * segments.length;
}

type Span = Pick<Segment, 'left' | 'right'>;

/** The same stretches of the line, those that touch made one; from left to right. */
function join(spans: readonly Span[]): Span[] {
  const joined: Span[] = [];
  for (const { left, right } of spans.toSorted((a, b) => a.left - b.left)) {
    const last = joined.at(-1);
    if (last && left <= last.right) last.right = Math.max(last.right, right);
    else joined.push({ left, right });
  }
  return joined;
}

function gaps(spans: readonly Span[], least: number): [left: number, right: number][] {
  return spans.slice(1).flatMap(({ left }, index): [number, number][] => {
    const { right } = spans[index]!;
    return left - right >= least ? [[right, left]] : [];
  });
}

export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
