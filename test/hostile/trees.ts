import { around, claimedObjects, type Family, manyObjects, pageTreeDag, stream } from '../helpers/hostile.ts';

/** `n` times the same. */
const times = (n: number, part: string): string => part.repeat(n);

function manyFields(count: number, name: (index: number) => string): Buffer {
  const fields = Array.from(
    { length: count },
    (_, index) => `<< /Type /Annot /Subtype /Widget /Rect [0 0 9 9] /FT /Tx /T (${name(index)}) >>`,
  );
  const refs = fields.map((_, index) => `${index + 4} 0 R`).join(' ');
  return around(fields, { catalog: `/AcroForm << /Fields [${refs}] >> `, page: `/Annots [${refs}] ` });
}

function attachments(count: number): Buffer {
  const pairs = times(count, '(same) 5 0 R ');
  return around([`<< /Names [${pairs}] >>`, '<< /Type /Filespec /F (same) >>'], {
    catalog: '/Names << /EmbeddedFiles 4 0 R >> ',
  });
}

/** `depth` levels of dictionaries, each of which names the next under ten keys. */
function dag(depth: number, keys: readonly string[]): string[] {
  return Array.from({ length: depth }, (_, level) => {
    const next = level === depth - 1 ? 3 : level + 5;
    return `<< /Title (x) ${keys.map((key) => (key === 'Kids' ? `/Kids [${times(10, `${next} 0 R `)}]` : `/${key} ${next} 0 R`)).join(' ')} >>`;
  });
}

export const trees: Family = {
  'a page tree of 200^9 pages in some kilobytes': () => pageTreeDag(),
  'a page tree of 2^60 pages': () => pageTreeDag(60, 2),
  'the same page 25,000 times': () => around([], { tree: `/Kids [${times(25_000, '3 0 R ')}] ` }),
  'the same page 15,000 times, with 15,000 times the same annotation': () =>
    around(['<< /Type /Annot /Subtype /Link /Rect [0 0 9 9] /Dest [3 0 R /Fit] >>'], {
      tree: `/Kids [${times(15_000, '3 0 R ')}] `,
      page: `/Annots [${times(15_000, '4 0 R ')}] `,
    }),
  'a page with 30,000 annotations of its own': () =>
    around(Array(30_000).fill('<< /Type /Annot /Subtype /Link /Rect [0 0 9 9] >>'), {
      page: `/Annots [${Array.from({ length: 30_000 }, (_, index) => `${index + 4} 0 R`).join(' ')}] `,
    }),
  'a page tree with a million entries that lead nowhere': () =>
    around([], { tree: `/Kids [3 0 R ${times(1_000_000, '99 0 R ')}] ` }),
  'bookmarks of 10^60 paths': () =>
    around(dag(60, ['First', 'Next', 'Last', 'Prev']), { catalog: '/Outlines 4 0 R ' }),
  'a name tree of 10^60 paths': () => around(dag(60, ['Kids']), { catalog: '/Names << /Dests 4 0 R >> ' }),
  'form fields of 10^60 paths': () =>
    around(dag(60, ['Kids']), { catalog: '/AcroForm << /Fields [4 0 R] >> ' }),
  'a name tree with a million times the same child': () =>
    around([`<< /Kids [${times(1_000_000, '5 0 R ')}] >>`, '<< /Names [(a) [3 0 R /Fit]] >>'], {
      catalog: '/Names << /Dests 4 0 R >> ',
    }),
  'an array of a million references in the resources': () =>
    around([`[${times(1_000_000, '3 0 R ')}]`], { page: '/Resources << /Properties << /A 4 0 R >> >> ' }),
  'a form with a million times the same field': () =>
    around([`[${times(1_000_000, '5 0 R ')}]`, '<< /FT /Tx /T (a) >>'], {
      catalog: '/AcroForm << /Fields 4 0 R >> ',
    }),
  'an action with a million followers': () =>
    around([`<< /S /GoTo /D [3 0 R /Fit] /Next [${times(1_000_000, '4 0 R ')}] >>`], {
      catalog: '/OpenAction 4 0 R ',
    }),
  '20,000 form fields of one name': () => manyFields(20_000, () => 'same'),
  '20,000 form fields of names that look like ours': () =>
    manyFields(20_000, (index) => (index % 2 ? 'a' : `a-${index}`)),
  '300,000 attachments of one name': () => attachments(300_000),
  '50,000 destinations': () =>
    around([], {
      catalog: `/Dests << ${Array.from({ length: 50_000 }, (_, index) => `/d${index} [3 0 R /Fit]`).join(' ')} >> `,
    }),
  '50,000 page labels': () =>
    around([], {
      catalog: `/PageLabels << /Nums [${Array.from({ length: 50_000 }, (_, index) => `${index} << /S /r >>`).join(' ')}] >> `,
    }),
  '250,000 objects': () => manyObjects(250_000),
  'a million objects': () => manyObjects(1_000_000),
  'a million claimed objects': () => claimedObjects(1_000_000, 8_000_000),
  'a thousand object streams that claim a thousand objects each': () =>
    around(
      Array.from({ length: 1_000 }, () => stream('/Type /ObjStm /N 1000 /First 4', Buffer.alloc(5_000, ' '))),
    ),
  '5,000 empty revisions': () => {
    const file = around();
    const start = file.lastIndexOf('xref\n0');
    const revisions: string[] = [];
    let previous = start;
    let offset = file.length;
    for (let revision = 0; revision < 5_000; revision += 1) {
      const text = `xref\n0 0\ntrailer\n<< /Root 1 0 R /Size 4 /Prev ${previous} >>\nstartxref\n${offset}\n%%EOF\n`;
      revisions.push(text);
      previous = offset;
      offset += text.length;
    }
    return Buffer.concat([file, Buffer.from(revisions.join(''))]);
  },
};
