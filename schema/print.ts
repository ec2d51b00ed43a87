import { readFileSync, writeFileSync } from 'node:fs';
import { lexicographicSortSchema, printSchema } from 'graphql';
import { schema } from './schema.ts';

/** Writes `schema.graphql`, what clients are built against; with `--check` only tells whether it is up to date. */
const path = new URL('schema.graphql', import.meta.url);
const printed = `${printSchema(lexicographicSortSchema(schema))}\n`;
if (!process.argv.includes('--check')) writeFileSync(path, printed);
else if (readFileSync(path, 'utf8') !== printed) {
  console.error('schema/schema.graphql is not what the code says. Run: npm run generate');
  process.exit(1);
}
