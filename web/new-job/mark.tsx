import type { ReactNode } from 'react';
import type { DrawnPage } from '../pdf/draw-page.ts';
import type { Mark } from './page-look.ts';

type Size = readonly [width: number, height: number];

/**
 * What a step will draw, roughly, in points of the page as it was read at that step.
 * @param page as it is read in the end
 * @param turned degrees that it is turned in the end
 */
export function MarkView({ mark, page, turned }: { mark: Mark; page: DrawnPage; turned: number }) {
  const quarters = ((((turned - mark.turned) / 90) % 4) + 4) % 4;
  const { width, height } = page;
  const size: Size = quarters % 2 === 0 ? [width, height] : [height, width];
  return <g transform={turns[quarters]!(size)}>{drawings[mark.kind](mark, size)}</g>;
}

/** From the page as it was then to the page as it is in the end, per quarter turn clockwise. */
const turns: readonly ((size: Size) => string)[] = [
  () => '',
  ([, h]) => `translate(${h} 0) rotate(90)`,
  ([w, h]) => `translate(${w} ${h}) rotate(180)`,
  ([w]) => `translate(0 ${w}) rotate(270)`,
];

const drawings: Record<Mark['kind'], (mark: Mark, size: Size) => ReactNode> = {
  stamp({ values, n, total }, page) {
    const text = filled(values['text'] ?? '', n, total).replace(/\n+$/, '');
    const lines = text.split('\n');
    const across = Math.max(...lines.map(measure));
    const high = (lines.length - 1) * leading + 0.72;
    const room = (2 * Math.min(...page)) / 3;
    const size = number(values['size']) ?? Math.max(4, Math.min(room / (across || 1), room / high, room / 2));
    const [anchor, x] = anchors[values['align'] ?? 'CENTER']!;
    return placed(
      values,
      page,
      [across * size, high * size],
      <text fontSize={size} fill={values['color'] ?? '#808080'} textAnchor={anchor}>
        {lines.map((line, index) => (
          <tspan key={index} x={x * across * size} y={(0.72 - high / 2 + index * leading) * size}>
            {line}
          </tspan>
        ))}
      </text>,
    );
  },
  image({ values }, page) {
    const width = number(values['width']) ?? page[0] / 3;
    const height = width * 0.6;
    return placed(
      values,
      page,
      [width, height],
      <rect className="image-mark" x={-width / 2} y={-height / 2} width={width} height={height} />,
    );
  },
  number({ values, n, total }, page) {
    const size = number(values['size']) ?? 10;
    const shown = String((number(values['start']) ?? 1) + n - 1).padStart(number(values['width']) ?? 0, '0');
    const format = values['format']?.trim() || '{n}';
    const text = `${values['prefix'] ?? ''}${filled(format, shown, total)}`;
    const across = measure(text) * size;
    return placed(
      values,
      page,
      [across, size * 0.72],
      <text fontSize={size} fill="#000" x={-across / 2} y={size * 0.36}>
        {text}
      </text>,
    );
  },
  crop({ values }, [width, height]) {
    const [x, y] = values['unit'] === 'PERCENT' ? [width / 100, height / 100] : [1, 1];
    const left = (number(values['left']) ?? 0) * x;
    const top = (number(values['top']) ?? 0) * y;
    const right = left + (number(values['width']) ?? (width - left) / x - (number(values['right']) ?? 0)) * x;
    const bottom =
      top + (number(values['height']) ?? (height - top) / y - (number(values['bottom']) ?? 0)) * y;
    const hole = `M${left} ${top}V${bottom}H${right}V${top}Z`;
    return <path className="cropped" d={`M0 0H${width}V${height}H0Z${hole}`} />;
  },
};

/** From line to line, in parts of the size of the letters. */
const leading = 1.362;

/** Of the lines of a text, and where on its width that is. */
const anchors: Record<string, readonly ['start' | 'middle' | 'end', number]> = {
  LEFT: ['start', -0.5],
  CENTER: ['middle', 0],
  RIGHT: ['end', 0.5],
};

/** With what can be told before there is a job. */
function filled(text: string, n: string | number, total: number): string {
  const now = new Date().toISOString();
  const values = new Map([
    ['n', String(n)],
    ['total', String(total)],
    ['date', now.slice(0, 10)],
    ['time', now.slice(11, 16)],
  ]);
  return text.replace(/\{\{|\}\}|\{(\w+)\}/g, (match, name?: string) =>
    name === undefined ? match.charAt(0) : (values.get(name) ?? match),
  );
}

/** At its position, turned about its own middle. */
function placed(values: Mark['values'], [width, height]: Size, [w, h]: Size, drawn: ReactNode) {
  const angle = number(values['angle']) ?? 0;
  const [cos, sin] = [
    Math.abs(Math.cos((angle * Math.PI) / 180)),
    Math.abs(Math.sin((angle * Math.PI) / 180)),
  ];
  const [halfWidth, halfHeight] = [(w * cos + h * sin) / 2, (w * sin + h * cos) / 2];
  const margin = number(values['margin']) ?? 24;
  const position = values['position'] ?? 'CENTER';
  const x = position.endsWith('LEFT')
    ? margin + halfWidth
    : position.endsWith('RIGHT')
      ? width - margin - halfWidth
      : width / 2;
  const y = position.startsWith('TOP')
    ? margin + halfHeight
    : position.startsWith('BOTTOM')
      ? height - margin - halfHeight
      : height / 2;
  const at =
    values['tile'] === 'true' ? tiles([width, height], [2 * halfWidth, 2 * halfHeight]) : [[x, y] as const];
  const [left, bottom] = [number(values['x']), number(values['y'])];
  return at.map(([cx, cy], index) => (
    <g
      key={index}
      opacity={number(values['opacity']) ?? 1}
      transform={`translate(${left === undefined ? cx : left + halfWidth} ${bottom === undefined ? cy : height - bottom - halfHeight}) rotate(${-angle})`}
    >
      {drawn}
    </g>
  ));
}

function tiles([width, height]: Size, [w, h]: Size): Size[] {
  const least = Math.sqrt((width * height) / 100);
  const [stepX, stepY] = [Math.max(w * 1.5, w + 24, least), Math.max(h * 1.5, h + 48, least)];
  const columns = Math.ceil(width / stepX);
  const rows = Math.ceil(height / stepY);
  return Array.from({ length: columns * rows }, (_, index): Size => [
    width / 2 + ((index % columns) - (columns - 1) / 2) * stepX,
    height / 2 + (Math.floor(index / columns) - (rows - 1) / 2) * stepY,
  ]);
}

let ruler: CanvasRenderingContext2D | null | undefined;

/** Width of the text in letters one point high. */
function measure(text: string): number {
  ruler ??= document.createElement('canvas').getContext('2d');
  if (!ruler) return text.length / 2;
  ruler.font = '100px sans-serif';
  return ruler.measureText(text).width / 100;
}

function number(text: string | undefined): number | undefined {
  const value = Number(text);
  return text?.trim() && Number.isFinite(value) ? value : undefined;
}
