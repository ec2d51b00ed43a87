import { parseArgs } from 'node:util';
import { machine } from '../helpers/machine.ts';
import { compare, type Figure, type Tell, save } from './figures.ts';

/**
 * `npm run bench -- latency`: one benchmark, each a file beside this one, or all. Prints tables in Markdown; `--json FILE`
 * saves the figures too, `--compare FILE` prints ratios to saved ones.
 */
const names = ['latency', 'notify', 'throughput', 'growth', 'steps', 'peers'];
const { values: options, positionals: wanted } = parseArgs({
  allowPositionals: true,
  options: { json: { type: 'string' }, compare: { type: 'string' } },
});
const unknown = wanted.filter((name) => !names.includes(name));
if (unknown.length > 0) {
  console.error(`There is no benchmark ${unknown.join(', ')}; there are: ${names.join(', ')}.`);
  process.exit(2);
}

console.log(machine());
const figures: Figure[] = [];
for (const name of wanted.length > 0 ? wanted : names) {
  console.log(`\n## ${name}\n`);
  const { run } = (await import(`./${name}.ts`)) as { run: (tell: Tell) => Promise<void> };
  await run((figure) => figures.push({ bench: name, ...figure }));
}
if (options.json) await save(figures, options.json);
if (options.compare) await compare(figures, options.compare);
