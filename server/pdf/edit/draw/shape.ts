import { readFile } from 'node:fs/promises';
import type * as HarfBuzz from 'harfbuzzjs';
import { fontPath } from './font-file.ts';

/** A character as it is drawn; lengths in thousandths of the font size. */
export interface Letter {
  text: string;
  /** What is drawn for it, and where; nothing where that is done with a character beside it. */
  glyphs: { id: number; x: number; y: number }[];
  /** To the next letter. */
  width: number;
}

interface Glyph {
  id: number;
  /** Where in the text its cluster begins: characters that are drawn together. */
  cluster: number;
  advance: number;
  x: number;
  y: number;
}

/**
 * The letters of a text in one font and one direction, from left to right: joined, reordered and placed as its script
 * wants it. Glyphs do not always stand for a character each, but readers find a text that is written in either
 * direction only where each thing that is drawn does. So of a cluster the leftmost character draws all.
 */
export async function shape(font: number, text: string, rightToLeft: boolean): Promise<Letter[]> {
  const glyphs = await glyphsOf(font, text, rightToLeft);
  const clusters = Map.groupBy(glyphs, ({ cluster }) => cluster);
  const starts = [...clusters.keys()].toSorted((a, b) => a - b);
  const ends = new Map(starts.map((start, index) => [start, starts[index + 1]]));
  return [...clusters].flatMap(([start, own]) => {
    const characters = Array.from(text.slice(start, ends.get(start)));
    return lettersOf(rightToLeft ? characters.toReversed() : characters, own);
  });
}

/** @param characters of a cluster, from left to right, as are its glyphs */
function lettersOf(characters: readonly string[], glyphs: readonly Glyph[]): Letter[] {
  let width = 0;
  const places = glyphs.map(({ id, advance, x, y }) => {
    const place = { id, x: width + x, y };
    width += advance;
    return place;
  });
  // Readers take marks for as narrow as they are by themselves.
  const wide = characters.filter((character) => !narrow.test(character)).length || characters.length;
  let left = width;
  return characters.map((text, index) => {
    const isLast = index === characters.length - 1;
    const share = isLast ? left : narrow.test(text) ? 0 : Math.floor(width / wide);
    left -= share;
    return { text, glyphs: index === 0 ? places : [], width: share };
  });
}

const narrow = /[\p{Mn}\p{Me}\p{Cf}]/u;

async function glyphsOf(number: number, text: string, rightToLeft: boolean): Promise<Glyph[]> {
  const { harfbuzz, font } = await open(number);
  const buffer = new harfbuzz.Buffer();
  buffer.addText(text);
  buffer.setDirection(rightToLeft ? harfbuzz.Direction.RTL : harfbuzz.Direction.LTR);
  buffer.guessSegmentProperties();
  buffer.setClusterLevel(harfbuzz.ClusterLevel.MONOTONE_CHARACTERS);
  // Latin letters stand side by side as they always have: what was laid out once looks the same again.
  const off = number === 0 ? ['-kern', '-liga'] : [];
  harfbuzz.shape(
    font,
    buffer,
    off.flatMap((feature) => harfbuzz.Feature.fromString(feature) ?? []),
  );
  const positions = buffer.getGlyphPositions();
  return buffer.getGlyphInfos().map(({ codepoint, cluster }, index) => {
    const { xAdvance, xOffset, yOffset } = positions[index]!;
    return { id: codepoint, cluster, advance: xAdvance, x: xOffset, y: yOffset };
  });
}

interface Opened {
  harfbuzz: typeof HarfBuzz;
  font: HarfBuzz.Font;
}

const opened = new Map<number, Promise<Opened>>();

/** Once, when something is drawn with it for the first time. */
function open(number: number): Promise<Opened> {
  const opening = opened.get(number) ?? read(number);
  opened.set(number, opening);
  return opening;
}

async function read(number: number): Promise<Opened> {
  const harfbuzz = await import('harfbuzzjs');
  const face = new harfbuzz.Face(new harfbuzz.Blob(await readFile(fontPath(number))));
  const font = new harfbuzz.Font(face);
  font.setScale(1_000, 1_000);
  return { harfbuzz, font };
}
