import { count } from '../../count.ts';
import { describePages } from '../passes/describe-pages.ts';
import { lookForBlank } from '../passes/look/looks.ts';
import { choosePages } from '../plan/attach.ts';
import { pageList } from '../plan/page-list.ts';
import type { Step } from '../model/step.ts';
import type { DocumentPlan } from '../model/document.ts';

/** Leaves out pages on which there is nothing to see. */
export const removeBlank: Step = {
  name: 'removeBlank',
  title: 'Remove blank pages',
  description:
    'Finds pages on which there is nothing to see, removes them and lists them. Dust, punch holes, dark edges and what ' +
    'shines through from the other side of a scan do not count, nor do white or hidden things; form fields and comments do. ' +
    'A document of nothing but blank pages stays as it is.',
  options: {
    tolerance: {
      type: 'FLOAT',
      title: 'Tolerance',
      description:
        'How much of a page may be inked for it to be blank all the same, in percent of its area. A page number ' +
        'alone takes about 0.01.',
      default: 0,
      min: 0,
      max: 10,
    },
    dryRun: {
      type: 'BOOLEAN',
      title: 'Only list them',
      description: 'Nothing is removed: the documents stay as they are.',
      default: false,
    },
    pages: {
      type: 'PAGES',
      title: 'Pages',
      description: 'Which pages to look at, as 1-3,7,9-last; all if left out.',
    },
  },
  look: () => lookForBlank,
  plan(documents, options, _, survey) {
    const asked = choosePages(documents, options);
    if (!survey) return [...documents];
    return documents.map((document, index) => {
      const blank = new Set(asked[index]!.pages.list().filter((page) => survey.found(page) === true));
      return blank.size === 0 ? document : without(document, blank, options.dryRun === true);
    });
  },
  summary: ({ given, made }, { dryRun }) =>
    dryRun === true
      ? `Blank pages found in ${count(given.documents, 'document')}; none was removed`
      : `${count(given.pages - made.pages, 'blank page')} removed`,
  nothing: () => 'no page is blank, or all are',
};

function without(document: DocumentPlan, blank: ReadonlySet<unknown>, isDryRun: boolean): DocumentPlan {
  const own = document.pages.list();
  const left = own.filter((page) => !blank.has(page));
  const numbers = own.flatMap((page, index) => (blank.has(page) ? index + 1 : []));
  const notes = [`${describePages(numbers, mostParts)} ${numbers.length === 1 ? 'was' : 'were'} blank`];
  if (isDryRun) return { ...document, notes };
  return left.length === 0 ? document : { ...document, notes, pages: pageList(left.length, () => left) };
}

/** A person may want to look at each of them. */
const mostParts = 200;
