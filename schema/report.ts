import { most } from '../server/bounds.ts';
import { builder } from './builder.ts';
import type { Kept } from '../server/pdf/model/written.ts';
import type { JobReport as Report } from '../server/pdf/model/job-report.ts';

const structures = {
  LINKS: 'links',
  DESTINATIONS: 'destinations',
  BOOKMARKS: 'bookmarks',
  FIELDS: 'fields',
  ATTACHMENTS: 'attachments',
  TAGS: 'tags',
  LABELS: 'labels',
} as const satisfies Record<string, keyof Kept>;

const Structure = builder.enumType('Structure', {
  description: 'What a document has beside its pages.',
  values: {
    LINKS: {},
    DESTINATIONS: { description: 'Places with a name, for links to lead to.' },
    BOOKMARKS: {},
    FIELDS: { description: 'Of forms.' },
    ATTACHMENTS: {},
    TAGS: { description: 'Elements of the structure that screen readers follow.' },
    LABELS: { description: 'Pages that are called something else than their number.' },
  },
});

type StructureName = keyof typeof structures;
const names = Object.keys(structures) as StructureName[];

const StructureReport = builder.objectRef<Comparison>('StructureReport').implement({
  fields: (t) => ({
    structure: t.field({ type: Structure, resolve: ({ structure }) => structure }),
    before: t.exposeInt('before', { description: 'In all inputs together.' }),
    after: t.exposeInt('after', {
      nullable: true,
      description:
        'In all results together; more where pages come several times. Null where no result is a PDF.',
    }),
  }),
});

const StructureCount = builder.objectRef<Count>('StructureCount').implement({
  fields: (t) => ({
    structure: t.field({ type: Structure, resolve: ({ structure }) => structure }),
    count: t.exposeInt('count'),
  }),
});

const OutputReport = builder.objectRef<Report['outputs'][number]>('OutputReport').implement({
  fields: (t) => ({
    name: t.exposeString('name', { description: 'Of the result.' }),
    structures: t.field({
      type: [StructureCount],
      most: names.length,
      description: 'What it has of the inputs’ structure. Empty where it is no PDF.',
      resolve: ({ kept }) => (kept ? counts(kept) : []),
    }),
  }),
});

export const JobReport = builder.objectRef<Report>('JobReport').implement({
  description: 'What was kept, changed and lost.',
  fields: (t) => ({
    structures: t.field({
      type: [StructureReport],
      most: names.length,
      description: 'What the inputs had, and what the results have of it.',
      resolve: compare,
    }),
    outputs: t.field({
      type: [OutputReport],
      most: most.documents,
      resolve: ({ outputs }) => outputs,
    }),
    warnings: t.exposeStringList('warnings', {
      most: most.told,
      description: 'Losses and risks, in sentences.',
    }),
  }),
});

interface Count {
  structure: StructureName;
  count: number;
}

interface Comparison {
  structure: StructureName;
  before: number;
  after: number | null;
}

function counts(kept: Kept): Count[] {
  return names
    .map((structure) => ({ structure, count: kept[structures[structure]] }))
    .filter(({ count }) => count > 0);
}

/** Of all that there was or is. */
function compare({ before, after }: Report): Comparison[] {
  return names
    .map((structure) => {
      const key = structures[structure];
      return { structure, before: before[key], after: after && after[key] };
    })
    .filter((row) => row.before > 0 || (row.after ?? 0) > 0);
}
