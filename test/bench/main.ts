import { machine } from '../helpers/machine.ts';

/** `npm run bench -- latency`: one benchmark, each a file beside this one, or all. Prints tables in Markdown. */
const names = ['latency', 'notify', 'throughput', 'steps'];
const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !names.includes(name));
if (unknown.length > 0) {
  console.error(`There is no benchmark ${unknown.join(', ')}; there are: ${names.join(', ')}.`);
  process.exit(2);
}

console.log(machine());
for (const name of wanted.length > 0 ? wanted : names) {
  console.log(`\n## ${name}\n`);
  const { run } = (await import(`./${name}.ts`)) as { run: () => Promise<void> };
  await run();
}
