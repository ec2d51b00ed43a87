// What a program does with stock pdf-lib: pdf-lib.mjs merge|pages|rotate OUT IN…
import { readFile, writeFile } from 'node:fs/promises';
import { degrees, PDFDocument } from 'pdf-lib';

const [what, out, ...paths] = process.argv.slice(2);
const sources = await Promise.all(paths.map(async (path) => PDFDocument.load(await readFile(path))));
let result = sources[0];
if (what === 'rotate') for (const page of result.getPages()) page.setRotation(degrees(90));
else {
  result = await PDFDocument.create();
  for (const source of sources) {
    const indices = source.getPageIndices();
    const chosen = what === 'pages' ? indices.slice(0, indices.length / 2) : indices;
    for (const page of await result.copyPages(source, chosen)) result.addPage(page);
  }
}
await writeFile(out, await result.save());
