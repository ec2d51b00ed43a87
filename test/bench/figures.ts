import { readFile, writeFile } from 'node:fs/promises';

/** Something measured: of which benchmark, under which circumstances, what, how much, in what. */
export interface Figure {
  bench: string;
  case: string;
  metric: string;
  value: number;
  unit: string;
}

/** What a benchmark tells its figures by. */
export type Tell = (figure: Omit<Figure, 'bench'>) => void;

export async function save(figures: readonly Figure[], path: string): Promise<void> {
  await writeFile(path, `[\n${figures.map((figure) => `  ${JSON.stringify(figure)}`).join(',\n')}\n]\n`);
}

/** Prints how the figures stand to those that an earlier run has saved; what only one of the two has is left out. */
export async function compare(figures: readonly Figure[], path: string): Promise<void> {
  const earlier = JSON.parse(await readFile(path, 'utf8')) as Figure[];
  const keyOf = (figure: Figure) => [figure.bench, figure.case, figure.metric].join(' | ');
  const before = new Map(earlier.map((figure) => [keyOf(figure), figure.value]));
  console.log('\n## beside the earlier run\n\n| benchmark | case | figure | before | now | ratio |');
  console.log('| --- | --- | --- | --: | --: | --: |');
  for (const figure of figures) {
    const was = before.get(keyOf(figure));
    if (was === undefined) continue;
    const [then, now] = [was, figure.value].map((value) => `${Number(value.toPrecision(3))} ${figure.unit}`);
    console.log(`| ${keyOf(figure)} | ${then} | ${now} | ${(figure.value / was).toFixed(2)} |`);
  }
}
