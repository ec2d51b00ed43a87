import { most } from '../../bounds.ts';
import { AppError } from '../../errors.ts';
import type { DocumentPlan, PageList, PageTask, Survey, VirtualPage } from '../model/document.ts';
import type { PageView } from '../model/page.ts';
import { documentTasksOf, selector } from './attach.ts';
import { blankBeside } from './blank.ts';
import { pageList, pick } from './page-list.ts';
import { joinedName } from './result-names.ts';
import { parseSize, type Size, sizeExamples } from './paper-size.ts';

/** Some leaves of a result, or where a further document begins: one of `file`, `blank` and `cut`. */
export interface Leaf {
  /** Which document, from 1, and which of its pages; all if left out. */
  file?: number;
  pages?: string;
  /** An empty page; without a size, as large as the leaf before it. */
  blank?: { size?: string };
  cut?: { name?: string };
  /** Degrees clockwise. */
  turn?: number;
  times?: number;
}

export interface PlacedLeaf {
  leaf: Leaf;
  /** What is wrong with it, told of the place where it is written. */
  located(error: AppError): AppError;
}

/** Makes new documents of leaves of others. Lists none. @throws AppError that a leaf has located */
export function arrangeLeaves(
  documents: readonly DocumentPlan[],
  leaves: readonly PlacedLeaf[],
  step: number,
  survey?: Survey,
): DocumentPlan[] {
  const parts: Part[] = [];
  for (const { leaf, located } of leaves) {
    try {
      checkLeaf(leaf);
      // How many documents there are is not known yet.
      if (documents.some(({ undecided }) => undecided)) continue;
      if (leaf.cut || parts.length === 0) parts.push({ title: leaf.cut?.name, stretches: [], located });
      if (!leaf.cut) parts.at(-1)!.stretches.push(stretchOf(leaf, documents));
    } catch (error) {
      throw error instanceof AppError ? located(error) : error;
    }
  }
  if (documents.some(({ undecided }) => undecided)) return [...documents];
  checkParts(parts);
  const divided = parts.length > 1 || parts[0]?.title;
  let last = 0;
  return parts.map((part) => {
    const document = documentOf(part, documents, step, survey);
    const { title } = part;
    const first = last + 1;
    last += document.pages.length;
    return divided ? { ...document, part: { first, last, name: title } } : document;
  });
}

/** A page turned clockwise, as a task tells. */
export function turnedBy({ turn = 0 }: PageTask, view: PageView): PageView {
  return turn === 0 ? view : { ...view, rotate: (view.rotate + turn) % 360 };
}

/** A result in the making. */
interface Part {
  title: string | undefined;
  stretches: Stretch[];
  /** Of the leaf that begins it. */
  located(error: AppError): AppError;
}

/** Leaves that are named together: of a document, or empty ones. */
interface Stretch {
  /** Of all of them. */
  length: number;
  turn: number;
  times: number;
  of?: { document: DocumentPlan; pages: PageList };
  size?: Size | undefined;
}

const kinds = ['file', 'blank', 'cut'] as const;
const goesWith: Readonly<Record<(typeof kinds)[number], readonly string[]>> = {
  file: ['pages', 'turn', 'times'],
  blank: ['turn', 'times'],
  cut: [],
};

function checkLeaf(leaf: Leaf): void {
  const [kind, ...others] = kinds.filter((key) => leaf[key] !== undefined);
  if (!kind || others.length > 0)
    throw new AppError('INVALID_INPUT', `Give exactly one of ${kinds.join(', ')}.`);
  const stray = Object.keys(leaf).find((key) => key !== kind && !goesWith[kind].includes(key));
  if (stray !== undefined)
    throw new AppError('INVALID_INPUT', `“${stray}” does not go with “${kind}”.`, { field: [stray] });
}

function checkParts(parts: readonly Part[]): void {
  const empty = parts.find(({ stretches }) => stretches.length === 0);
  if (empty)
    throw empty.located(new AppError('INVALID_INPUT', 'The document that begins here has no pages.'));
  const excess = parts[most.documents];
  if (excess) {
    const message = `This would make ${parts.length} documents; ${most.documents} are the most.`;
    throw excess.located(new AppError('LIMIT_EXCEEDED', message));
  }
}

function stretchOf(leaf: Leaf, documents: readonly DocumentPlan[]): Stretch {
  const { file, pages = 'all', blank, turn = 0, times = 1 } = leaf;
  if (file === undefined) return { length: times, turn, times, size: sizeOf(blank?.size) };
  const document = documents[file - 1];
  if (!document) {
    const there = documents.length === 1 ? 'is only one' : `are ${documents.length}`;
    const message = `There is no file ${file}: there ${there} at this step.`;
    throw new AppError('INVALID_RANGE', message, { field: ['file'] });
  }
  const chosen = pick(document.pages, selector(pages, 'pages')(document));
  return { length: chosen.length * times, turn, times, of: { document, pages: chosen } };
}

function sizeOf(text: string | undefined): Size | undefined {
  const size = text === undefined ? undefined : parseSize(text);
  if (size || text === undefined) return size;
  const message = `“${text.slice(0, 40)}” is not the size of a page. Write it like ${sizeExamples}.`;
  throw new AppError('INVALID_INPUT', message, { field: ['blank', 'size'] });
}

/** Of one document it is the same with other pages, of several what a merge makes of them. */
function documentOf(
  { stretches }: Part,
  documents: readonly DocumentPlan[],
  step: number,
  survey: Survey | undefined,
): DocumentPlan {
  const used = new Set(stretches.flatMap(({ of, length }) => (of && length > 0 ? of.document : [])));
  const [first = documents[0]!, ...others] = used;
  const total = stretches.reduce((sum, { length }) => sum + length, 0);
  const document = { name: first.name, before: 0, all: total };
  const pages = pageList(total, () => listLeaves(stretches, first, { step, total, document }, survey));
  return {
    name: others.length === 0 ? first.name : joinedName([...used].map(({ name }) => name)),
    ...(others.length === 0 && { part: first.part }),
    pages,
    bookmarkPerSource: [...used].some(({ bookmarkPerSource }) => bookmarkPerSource),
    documentTasks: documentTasksOf([...used]),
  };
}

/** @param first where all leaves are empty, the document that they are put into */
function listLeaves(
  stretches: readonly Stretch[],
  first: DocumentPlan,
  task: Omit<PageTask, 'n'>,
  survey: Survey | undefined,
): VirtualPage[] {
  const leaves: VirtualPage[] = [];
  const placed = (page: VirtualPage, turn: number): VirtualPage => {
    if (turn === 0) return page;
    const own: PageTask = { ...task, n: leaves.length + 1, turn };
    const view = survey && turnedBy(own, page.view ?? survey.view(page));
    return { ...page, tasks: [...page.tasks, own], ...(view && { view }) };
  };
  const lead = stretches.find(({ of, length }) => of && length > 0);
  const beside = placed((lead?.of ?? first).pages.list()[0]!, lead?.turn ?? 0);
  for (const { of, size, turn, times } of stretches) {
    const own = of ? of.pages.list() : [blankBeside(leaves.at(-1) ?? beside, size)];
    // What names no page may do so any number of times.
    for (let time = 0; time < times && own.length > 0; time += 1)
      for (const page of own) leaves.push(placed(page, turn));
  }
  return leaves;
}
