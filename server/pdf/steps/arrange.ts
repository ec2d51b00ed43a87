import { most } from '../../bounds.ts';
import { AppError } from '../../errors.ts';
import { arrangeLeaves, turnedBy } from '../plan/arrange-leaves.ts';
import type { Leaf, PlacedLeaf } from '../plan/arrange-leaves.ts';
import { count } from '../../count.ts';
import { readLeaves } from '../plan/read-leaves.ts';
import { sizeExamples } from '../plan/paper-size.ts';
import type { Step } from '../model/step.ts';
import type { Option, OptionValues } from '../model/option.ts';

/** A leaf as an object; the text says the same. */
const fields: Readonly<Record<string, Option>> = {
  file: { type: 'INT', title: 'File', description: 'Whose pages these are, from 1.', min: 1 },
  pages: {
    type: 'PAGES',
    title: 'Pages',
    description: 'Which of them, in their order, as 1-3,7,9-last; all if left out.',
    maxLength: most.leavesText,
  },
  blank: {
    type: 'OBJECT',
    title: 'Empty page',
    description: 'An empty page instead of those of a file.',
    fields: {
      size: {
        type: 'STRING',
        title: 'Size',
        description: `As ${sizeExamples}; if left out, as the leaf before it.`,
        maxLength: 40,
      },
    },
  },
  cut: {
    type: 'OBJECT',
    title: 'New document',
    description: 'What follows is a document of its own.',
    fields: {
      name: { type: 'STRING', title: 'Name', description: 'What it is called.', maxLength: 200 },
    },
  },
  turn: {
    type: 'INT',
    title: 'Turn',
    description: 'Degrees clockwise, from how it stands: 90, 180 or 270.',
    min: 90,
    max: 270,
    multipleOf: 90,
  },
  times: { type: 'INT', title: 'Times', description: 'How often.', min: 1, max: most.leaves },
};

/** The organiser: the leaves of the result one by one, out of all documents. */
export const arrange: Step = {
  name: 'arrange',
  title: 'Arrange pages',
  description:
    'Puts results together leaf by leaf from the pages of all files: chosen, moved, turned, repeated, with empty ones between.',
  exactlyOne: true,
  options: {
    pages: {
      type: 'STRING',
      title: 'Leaves',
      description:
        'File and pages in the order of the result, as 1:1-3 2:5>90 blank(A4) 1:7-last. ' +
        '2 is all of file 2, >90 turns clockwise, *2 repeats; | begins a new document, |"Name" one with a name.',
      maxLength: most.leavesText,
    },
    leaves: {
      type: 'OBJECT',
      title: 'Leaves as a list',
      description: 'The same, as objects: each has one of file, blank and cut.',
      list: true,
      maxItems: most.leaves,
      fields,
    },
  },
  plan(documents, options, step, survey) {
    const leaves = leavesOf(options);
    const field = Object.keys(options);
    if (leaves.length === 0)
      throw new AppError('INVALID_INPUT', 'Name at least one leaf, as 1:1-3 or blank(A4).', { field });
    return arrangeLeaves(documents, leaves, step, survey);
  },
  shape: (page, _, task) => turnedBy(task, page),
  summary({ given, made, pages }) {
    const [from, to] = [given, made].map(
      (amount) => `${count(amount.pages, 'page')} of ${count(amount.documents, 'document')}`,
    );
    return `${from} arranged into ${to}${pages > 0 ? `, ${count(pages, 'page')} turned` : ''}`;
  },
  nothing: () => 'all pages stay, in their order',
};

function leavesOf({ pages, leaves }: OptionValues): PlacedLeaf[] {
  if (typeof pages === 'string') return readLeaves(pages, 'pages', fields);
  return (leaves as readonly Leaf[]).map((leaf, index) => ({
    leaf,
    located: ({ code, message, field, cause }) =>
      new AppError(code, message, { field: ['leaves', String(index), ...field], cause }),
  }));
}
