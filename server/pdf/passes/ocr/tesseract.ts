import { createRequire } from 'node:module';
import type { GrayImage } from './gray-image.ts';
import { hasOrientation, orientation, trainedData } from './languages.ts';

/*
 * What we call of tesseract.js-core: Tesseract in WebAssembly, with the recognizer of an earlier time, which alone knows
 * which way up a page is. Of its builds the one without “relaxed” arithmetic, whose results differ between processors,
 * and which is no faster. The package has no types.
 */

interface Core {
  FS: { writeFile(path: string, data: Uint8Array): void };
  TessBaseAPI: new () => Engine;
  OSResults: new () => { best_result: { orientation_id: number; oconfidence: number } };
  destroy(made: object): void;
}

interface Engine {
  /** 0 where it went well. @param mode 0: the earlier recognizer; 1: LSTM */
  Init(folder: string, languages: string, mode: 0 | 1): number;
  SetVariable(name: string, value: string): void;
  /** Takes `/input`. */
  SetImageFile(): void;
  FindLines(): number;
  GetGradient(): number;
  Recognize(monitor: null): number;
  DetectOS(results: object): boolean;
  GetIterator(): Iterator;
  Clear(): void;
  ClearAdaptiveClassifier(): void;
}

interface Iterator {
  Empty(level: number): boolean;
  Next(level: number): boolean;
  GetUTF8Text(level: number): string;
  Confidence(level: number): number;
  getBoundingBox(level: number): Corners;
  getBaseline(level: number): Corners;
  getRowAttributes(): { row_height: number; descenders: number };
}

/** In pixels, from the top left. */
export interface Corners {
  x0: number;
  y0: number;
  x1: number;
  y1: number;
}

/** A line of print in a picture. */
export interface PrintedLine {
  /** What its letters stand on, in the direction in which they are read. */
  baseline: Corners;
  /** From the baseline to the head of an “h”. */
  ascent: number;
  /** How sure it is of each, of 100. */
  words: { text: string; box: Corners; confidence: number }[];
}

/** Of the time; what remains is for taking the words over, which on a page of thousands is not little. */
const reading = 0.95;

const [line, word] = [2, 3];
/** Finds columns, lines and pictures by itself. */
const automatic = '3';

/** Of which way up a page is: less is a guess, as on pages of a few words. */
const leastSure = 2;

export class Tesseract {
  readonly #core: Core;
  readonly #reader: Engine;
  /** Finds the way up. */
  readonly #turns: Engine | undefined;
  #onProgress: (share: number) => void = () => {};

  private constructor(core: Core, languages: readonly string[]) {
    this.#core = core;
    this.#reader = this.#engine(languages.join('+'), 1);
    if (hasOrientation()) this.#turns = this.#engine(orientation, 0);
  }

  /** @param languages the most frequent first */
  static async open(languages: readonly string[]): Promise<Tesseract> {
    const start = createRequire(import.meta.url)('tesseract.js-core/tesseract-core-simd.js') as (
      options: object,
    ) => Promise<Core>;
    let opened: Tesseract | undefined;
    const core = await start({
      // Nobody reads what it says of itself.
      print() {},
      printErr() {},
      // Of its own reckoning, in which 30 are for finding the lines.
      TesseractProgress(percent: number) {
        if (opened) opened.#onProgress(reading * Math.max(0, (percent - 30) / 70));
      },
    });
    for (const name of hasOrientation() ? [...languages, orientation] : languages)
      core.FS.writeFile(`/${name}.traineddata`, trainedData(name));
    return (opened = new Tesseract(core, languages));
  }

  /** Takes a picture; what was taken before is gone. */
  see(image: GrayImage, dpi: number): void {
    const head = Buffer.from(`P5\n${image.width} ${image.height}\n255\n`);
    this.#core.FS.writeFile('/input', Buffer.concat([head, image.data]));
    this.#reader.SetVariable('user_defined_dpi', `${dpi}`);
    this.#reader.SetImageFile();
  }

  /** Quarter turns, clockwise, that its print stands turned by: 0 to 3. */
  turns(): number {
    const engine = this.#turns;
    if (!engine) return 0;
    engine.SetImageFile();
    const results = new this.#core.OSResults();
    const { orientation_id: turns, oconfidence } = engine.DetectOS(results)
      ? results.best_result
      : { orientation_id: 0, oconfidence: 0 };
    this.#core.destroy(results);
    engine.Clear();
    return oconfidence < leastSure ? 0 : turns;
  }

  /** Radians, clockwise, that its lines are askew by, where it is upright otherwise. */
  skew(): number {
    this.#reader.FindLines();
    return -Math.atan(this.#reader.GetGradient());
  }

  /** What is printed, in the order in which it is read. */
  read(onProgress: (share: number) => void): PrintedLine[] {
    const engine = this.#reader;
    this.#onProgress = onProgress;
    engine.Recognize(null);
    this.#onProgress = () => {};
    const found = this.#lines(() => onProgress(reading));
    engine.Clear();
    // What it learns from a page must not change the next one, which may be read in another process.
    engine.ClearAdaptiveClassifier();
    return found;
  }

  #lines(onLine: () => void): PrintedLine[] {
    const lines: PrintedLine[] = [];
    const at = this.#reader.GetIterator();
    // `IsAtBeginningOf` looks through all the words before: on a page of thousands that takes its time.
    let begun = '';
    do {
      const text = at.Empty(word) ? '' : at.GetUTF8Text(word).trim();
      // What it takes for a picture is a word of no letters.
      if (text === '') continue;
      const baseline = at.getBaseline(line);
      const place = JSON.stringify(baseline);
      if (place !== begun) {
        const { row_height: height, descenders } = at.getRowAttributes();
        lines.push({ baseline, ascent: height + descenders, words: [] });
        begun = place;
        onLine();
      }
      const confidence = at.Confidence(word);
      lines.at(-1)!.words.push({ text, box: at.getBoundingBox(word), confidence });
    } while (at.Next(word));
    this.#core.destroy(at);
    return lines;
  }

  #engine(languages: string, mode: 0 | 1): Engine {
    const engine = new this.#core.TessBaseAPI();
    if (engine.Init('/', languages, mode) !== 0) throw new Error(`Tesseract cannot start with ${languages}`);
    engine.SetVariable('tessedit_pageseg_mode', automatic);
    // Nobody asks for paragraphs, and to find them among thousands of words takes longer than to read those.
    engine.SetVariable('paragraph_text_based', '0');
    return engine;
  }
}
