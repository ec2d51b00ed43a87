import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';

const packages = fileURLToPath(new URL('../../../../node_modules/@tesseract.js-data/', import.meta.url));
/** The models in whole numbers: a quarter of the size of those beside them, which read no better. */
const fileOf = (name: string): string => `${packages}${name}/4.0.0_best_int/${name}.traineddata.gz`;

/** The data that tells which way up a page is, whatever its language. */
export const orientation = 'osd';

/** Languages that can be recognised, by ISO 639-2: those whose package `@tesseract.js-data/…` is installed. */
export const languages: readonly string[] = (existsSync(packages) ? readdirSync(packages) : [])
  .filter((name) => name !== orientation && existsSync(fileOf(name)))
  .toSorted();

export function hasOrientation(): boolean {
  return existsSync(fileOf(orientation));
}

/** What Tesseract has learnt of a language, unpacked. @throws Error where it is not installed */
export function trainedData(name: string): Buffer {
  return gunzipSync(readFileSync(fileOf(name)));
}
