// Loaded before everything else (node --import), by whatever Node is at hand: no syntax here that an old one cannot parse.
const [major] = process.versions.node.split('.');

if (Number(major) < 26) {
  console.error(
    `Octavo needs Node 26 or later, and this is ${process.version} (${process.execPath}).\n` +
      'npm brings the right one along: run `npm ci --include=optional`, then `npm start`.\n' +
      'Where npm has none for your machine, install Node 26 from https://nodejs.org.',
  );
  process.exit(1);
}

// A fifth of each start is compiling. Beside the packages, where nobody writes who does not own the code; where even
// we may not, nothing is kept.
const { enableCompileCache } = await import('node:module');
const { fileURLToPath } = await import('node:url');
enableCompileCache(fileURLToPath(new URL('../node_modules/.cache/octavo', import.meta.url)));

await import('./db/mend-driver.js');
