import { inUserUnits } from '../../edit/draw/in-user-units.ts';
import type { VirtualPage } from '../../model/document.ts';
import type { PagePatch } from '../../model/page.ts';
import type { OnProgress, Pass } from '../../model/pass.ts';
import type { PassInput } from '../../model/step.ts';
import { plan } from '../../plan/plan.ts';
import { touchedPages } from '../../plan/touched.ts';
import { isOutOfMemory } from '../../source/out-of-memory.ts';
import { viewPage } from '../../source/page-view.ts';
import { describeRisks } from '../describe-risks.ts';
import { keptByPage, rangeByPage } from '../by-page.ts';
import { loadSources } from '../load-sources.ts';
import { pixelsOf } from '../images/pixels.ts';
import { openRenderer } from '../images/renderer.ts';
import { Balances } from '../pages/balances.ts';
import { writePages } from '../pages/write-pages.ts';
import { openPageTexts } from './page-texts.ts';
import { describeOutcomes, type Outcome, type ReadPage } from './read-page.ts';
import { recognize } from './recognize.ts';
import { withoutSaid } from './said-already.ts';
import { Tesseract } from './tesseract.ts';
import { writeLines } from './text-layer.ts';

/** Ranges become what is written over their pages, where their pictures have words; the documents are written with that. */
export async function openOcrPass(input: PassInput, report: OnProgress): Promise<Pass> {
  const { calls, fixed, maxPages, naming } = input;
  const { languages, force } = calls[0]!.options as { languages: readonly string[]; force: boolean };
  const sources = await loadSources(input, report);
  const names = input.sources.map(({ name }) => name);
  const counted = sources.map((source, index) => ({ ...input.sources[index]!, pages: source.pages.length }));
  const { documents } = plan(calls, counted, maxPages, undefined, { naming });
  const pages = documents.flatMap((document) => document.pages);
  const facts = sources.map((source) => source.facts);
  const texts = openPageTexts(input.sources, maxPages);
  const renderer = await openRenderer(input.sources, maxPages);
  const balances = new Balances();
  let tesseract: Tesseract | undefined;

  async function read({ source: index, page }: VirtualPage, progress: Progress): Promise<ReadPage> {
    const source = sources[index]!;
    const runs = await texts.read(index, page);
    if (runs.length > 0 && !force) return { outcome: 'text', patch: {} };
    try {
      const view = viewPage(source, source.pages[page]!);
      let dpi = wantedDpi;
      const bitmap = await renderer.draw(index, page, ({ width, height }) => {
        const fit = pixelsOf({ width: width * view.unit, height: height * view.unit }, dpi);
        dpi = fit.dpi;
        return fit.size;
      });
      if (!bitmap) return failed;
      progress(0.05);
      tesseract ??= await Tesseract.open(languages);
      const found = recognize(bitmap, dpi, tesseract, (share) => progress(0.05 + 0.95 * share));
      const said = [...runs, ...(await texts.shown(index, page))];
      const lines = found ? withoutSaid(found.lines, found, view, said) : [];
      if (!found || lines.length === 0) return { outcome: 'empty', patch: {} };
      const over = [writeLines(lines, found, view, source.facts.tagged)];
      const balance = balances.of(source, page);
      const patch = inUserUnits({ over, ...(balance && { balance }) }, view.unit);
      return { outcome: found.confidence < leastSure ? 'unsure' : 'read', patch };
    } catch (error) {
      if (isOutOfMemory(error)) throw error;
      // What aborted does not work again.
      tesseract = undefined;
      return failed;
    }
  }

  return {
    pages: pages.length,
    warnings: describeRisks(facts, names, documents),
    cost: await costOf(
      pages,
      async ({ source, page }) => force || (await texts.read(source, page)).length === 0,
    ),
    range: (first, last) => rangeByPage(pages, { first, last }, report, read),
    async write(ranges, { emit, stored }) {
      const outcomes: Outcome[] = [];
      async function* patches(): AsyncGenerator<PagePatch, undefined> {
        for await (const { outcome, patch } of keptByPage<ReadPage>(ranges, stored)) {
          outcomes.push(outcome);
          yield patch;
        }
      }
      const written = await writePages(
        { documents, sources, names, calls, pictures: new Map(), fixed, sameAs: () => undefined },
        patches(),
        emit,
        report,
      );
      const counts = documents.map((document, index) => {
        const isTagged = document.pages.some(({ source }) => facts[source]!.tagged);
        const own = describeOutcomes(outcomes.splice(0, document.pages.length), isTagged);
        const named = (said: string): string => `${document.result.name}: ${said}`;
        written[index]!.warnings.push(...own.warnings.map(named));
        written[index]!.notes.push(...own.notes.map(named));
        return own.read;
      });
      return { documents: written, touched: [touchedPages(documents, counts)] };
    },
  };
}

/** Takes the share of a page that is done. */
type Progress = (share: number) => void;

const failed: ReadPage = { outcome: 'failed', patch: {} };

/** What Tesseract is made for. */
const wantedDpi = 300;
/** Of 100: below that many words are wrong. */
const leastSure = 70;

/* Measured on two shared cores, for a page of 2,500 characters. */
const msPerPage = 3_500;
const msPerText = 8;
/** Pages that are asked beforehand. */
const mostAsked = 16;

/** @param isScan whether a page is to be recognised */
async function costOf(
  pages: readonly VirtualPage[],
  isScan: (page: VirtualPage) => Promise<boolean>,
): Promise<Pass['cost']> {
  const every = Math.ceil(pages.length / mostAsked);
  const asked = pages.filter((_, index) => index % every === 0);
  let scans = 0;
  for (const page of asked) if (await isScan(page)) scans += 1;
  return { load: 400, perPage: msPerText + (msPerPage * scans) / asked.length, write: 5 + pages.length };
}
