import type { Verdict } from '../../model/document.ts';
import type { OpenPass, PassInput } from '../../model/step.ts';
import { choosePages } from '../../plan/attach.ts';
import { asTheyAre } from '../../plan/plan.ts';
import { isOutOfMemory } from '../../source/out-of-memory.ts';
import type { Source } from '../../source/load.ts';
import { keptByPage, rangeByPage } from '../by-page.ts';
import { describePages } from '../describe-pages.ts';
import { loadSources } from '../load-sources.ts';
import { passOver } from '../pages/page-pass.ts';
import { transformOf } from '../plan-passes.ts';

/** Looks at pages, those of one document after those of another. */
export interface Looker {
  /** Null, or a rejection, where it cannot tell. @param page zero-based @param report takes the share that is done */
  look(source: number, page: number, report: (share: number) => void): Promise<Verdict>;
  /** Lets go of what it holds, until it is needed again. */
  rest(): Promise<void>;
}

/** Opens nothing before it is asked to look: after a resumption there may be nothing left to look at. */
export type OpenLooker = (sources: readonly Source[], input: PassInput) => Looker;

/**
 * The pass of a step that has to look at pages before it can plan. Ranges look, and what is kept of them are the
 * verdicts; once there are all of them the step plans, and a pass over pages does the rest, as for any other step.
 */
export function lookPass(open: OpenLooker): OpenPass {
  return async (input, report) => {
    const sources = await loadSources(input, report);
    // Refuses what page counts show to be impossible before anybody looks.
    const { cost } = await passOver(sources, input, report);
    const documents = asTheyAre(
      sources.map(({ pages }, index) => ({ name: input.sources[index]!.name, pages: pages.length })),
    );
    const asked = choosePages(documents, input.calls[0]!.options).flatMap(({ pages }) => pages.list());
    const looker = open(sources, input);

    async function lookAt(source: number, page: number, progress: (share: number) => void): Promise<Verdict> {
      try {
        return await looker.look(source, page, progress);
      } catch (error) {
        if (isOutOfMemory(error)) throw error;
        return null;
      }
    }

    return {
      pages: asked.length,
      warnings: [],
      cost: { ...cost, perPage: transformOf(input.calls)!.msPerPage },
      range: (first, last) =>
        rangeByPage(asked, { first, last }, report, ({ source, page }, progress) =>
          lookAt(source, page, progress),
        ),
      async write(ranges, files) {
        await looker.rest();
        const verdicts = await Array.fromAsync(keptByPage<Verdict>(ranges, files.stored));
        const found: Verdict[][] = sources.map(() => []);
        for (const [index, { source, page }] of asked.entries())
          found[source]![page] = verdicts[index] ?? null;
        const pass = await passOver(
          sources,
          input,
          (progress) => progress.phase === 'write' && report(progress),
          ({ source, page }) => found[source]![page] ?? null,
        );
        const patches = Buffer.concat(await Array.fromAsync(await pass.range(0, pass.pages)));
        const written = await pass.write([{ first: 0, last: pass.pages }], {
          emit: files.emit,
          stored: async () => patches,
        });
        // Of documents that stay as they are there is nothing to warn, and which these are nobody knew before.
        const warnings = [...pass.warnings, ...unclear(found, input)];
        const [first, ...others] = written.documents;
        return {
          ...written,
          documents: [{ ...first!, warnings: [...warnings, ...first!.warnings] }, ...others],
        };
      },
    };
  };
}

/** @param found by source and page, none where nobody looked */
function unclear(found: readonly Verdict[][], { sources }: PassInput): string[] {
  return found.flatMap((verdicts, source) => {
    const pages = verdicts.flatMap((verdict, page) => (verdict === null ? page + 1 : []));
    if (pages.length === 0) return [];
    const [it, is] = pages.length === 1 ? ['it', 'is'] : ['they', 'are'];
    return [
      `${sources[source]!.name}: ${describePages(pages)} could not be looked at, as ${it} ${is} damaged or hidden.`,
    ];
  });
}
