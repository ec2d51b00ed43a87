import { around, cyclicPageTree, type Family, replaced, stream } from '../helpers/hostile.ts';

const outline = (...items: string[]): Buffer =>
  around(['<< /Type /Outlines /First 5 0 R /Last 5 0 R >>', ...items], { catalog: '/Outlines 4 0 R ' });

const names = (kind: string, ...nodes: string[]): Buffer =>
  around(nodes, { catalog: `/Names << /${kind} 4 0 R >> ` });

const form = (...fields: string[]): Buffer =>
  around(fields, { catalog: '/AcroForm << /Fields [4 0 R] >> ', page: '/Annots [4 0 R] ' });

const widget = '/Type /Annot /Subtype /Widget /Rect [0 0 9 9] /FT /Tx';
const link = '/Type /Annot /Subtype /Link /Rect [0 0 9 9]';

/** A trailer that sends the reader back to itself by this key. */
function trailerLoop(key: string): Buffer {
  const file = around();
  const at = file.lastIndexOf('xref\n0');
  return replaced(file, 'trailer\n<<', `trailer\n<< /${key} ${at} `);
}

export const cycles: Family = {
  'a page tree that is its own child': cyclicPageTree,
  'a page tree of two that hold each other': () =>
    around(['<< /Type /Pages /Kids [5 0 R 3 0 R] >>', '<< /Type /Pages /Kids [4 0 R 3 0 R] >>'], {
      catalog: '/Pages 4 0 R ',
    }),
  'a page that is its own parent': () => replaced(around(), '/Parent 2 0 R', '/Parent 3 0 R'),
  'a page tree whose root has its child for a parent': () =>
    around(['<< /Type /Pages /Parent 2 0 R /Kids [3 0 R] >>'], { tree: '/Parent 4 0 R ' }),
  'a catalog that is its own page tree': () => replaced(around(), '/Pages 2 0 R', '/Pages 1 0 R'),
  'a bookmark that follows itself': () => outline('<< /Title (a) /Next 5 0 R /Dest [3 0 R /Fit] >>'),
  'a bookmark below itself': () => outline('<< /Title (a) /First 5 0 R /Last 5 0 R /Dest [3 0 R /Fit] >>'),
  'bookmarks in a ring, with their root below': () =>
    outline('<< /Title (a) /Next 6 0 R /First 4 0 R >>', '<< /Title (b) /Next 5 0 R /First 4 0 R >>'),
  'a name tree that is its own child': () =>
    names('Dests', '<< /Kids [4 0 R 4 0 R 5 0 R] >>', '<< /Kids [4 0 R] /Names [(a) [3 0 R /Fit]] >>'),
  'attachments in a tree that is its own child': () =>
    names('EmbeddedFiles', '<< /Kids [4 0 R] /Names [(a) 4 0 R] >>'),
  'an attachment that holds the catalog': () =>
    names('EmbeddedFiles', '<< /Names [(a) << /Type /Filespec /EF << /F 1 0 R >> /RF 4 0 R >>] >>'),
  'page labels in a tree that is its own child': () =>
    around(['<< /Kids [4 0 R] /Nums [0 << /S /D >>] >>'], { catalog: '/PageLabels 4 0 R ' }),
  'a form field that is its own child': () => form(`<< ${widget} /T (a) /Kids [4 0 R] >>`),
  'a form field that is its own parent': () => form(`<< ${widget} /T (a) /Parent 4 0 R >>`),
  'two form fields that are each other’s parents': () =>
    form(`<< ${widget} /T (a) /Parent 5 0 R >>`, '<< /T (b) /Parent 4 0 R /Kids [4 0 R] >>'),
  'tags that hold themselves': () =>
    around(
      [
        '<< /Type /StructTreeRoot /K 5 0 R /ParentTree 4 0 R /IDTree 4 0 R /Kids [4 0 R] >>',
        '<< /Type /StructElem /S /P /P 5 0 R /K [5 0 R 4 0 R] /Pg 3 0 R >>',
      ],
      { catalog: '/StructTreeRoot 4 0 R /MarkInfo << /Marked true >> ', page: '/StructParents 0 ' },
    ),
  'a cross-reference before itself': () => trailerLoop('Prev'),
  'a cross-reference beside itself': () => trailerLoop('XRefStm'),
  'object streams that extend each other': () =>
    around([4, 5].map((id) => stream(`/Type /ObjStm /N 0 /First 0 /Extends ${9 - id} 0 R`, Buffer.alloc(0)))),
  'an object stream that holds itself': () =>
    around([stream('/Type /ObjStm /N 1 /First 4', Buffer.from('4 0 << /A 4 0 R >>'))]),
  'a stream whose length is itself': () =>
    around([stream('', Buffer.from('x'), '4 0 R')], { page: '/Contents 4 0 R ' }),
  'streams that are each other’s length': () =>
    around([stream('', Buffer.from('x'), '5 0 R'), stream('', Buffer.from('x'), '4 0 R')], {
      page: '/Contents 4 0 R ',
    }),
  'references to themselves and to each other': () =>
    around(['4 0 R', '6 0 R', '5 0 R'], {
      catalog: '/Outlines 4 0 R /Names 5 0 R /AcroForm 4 0 R /Metadata 5 0 R ',
      page: '/Annots 4 0 R /Contents 5 0 R /Resources 6 0 R /Rotate 4 0 R /CropBox 5 0 R ',
    }),
  'actions in a ring': () =>
    around(
      [
        `<< ${link} /A 5 0 R >>`,
        '<< /S /GoTo /D [3 0 R /Fit] /Next [6 0 R 5 0 R] >>',
        '<< /S /URI /URI (x) /Next 5 0 R >>',
      ],
      {
        catalog: '/OpenAction 5 0 R ',
        page: '/Annots [4 0 R] /AA << /O 5 0 R /C 6 0 R >> ',
      },
    ),
  'annotations that answer, show and hold each other': () =>
    around(
      [
        '<< /Type /Annot /Subtype /Text /Rect [0 0 9 9] /IRT 5 0 R /Popup 5 0 R /P 3 0 R >>',
        '<< /Type /Annot /Subtype /Popup /Rect [0 0 9 9] /Parent 4 0 R /IRT 4 0 R /P 4 0 R >>',
      ],
      { page: '/Annots [4 0 R 5 0 R 4 0 R] ' },
    ),
  'articles in a ring that never comes back': () =>
    around(['<< /Type /Bead /N 5 0 R /V 5 0 R /P 3 0 R >>', '<< /Type /Bead /N 5 0 R /V 4 0 R /T 4 0 R >>'], {
      catalog: '/Threads [4 0 R 5 0 R] ',
      page: '/B [4 0 R 5 0 R] ',
    }),
  'destinations that are each other’s names': () =>
    around([`<< ${link} /Dest (a) >>`, `<< ${link} /A << /S /GoTo /D (b) >> >>`], {
      catalog: '/Names << /Dests << /Names [(a) (b) (b) << /D (a) >>] >> >> ',
      page: '/Annots [4 0 R 5 0 R] ',
    }),
  'layers in an order that holds itself': () =>
    around(['<< /Type /OCG /Name (a) >>', '[4 0 R 5 0 R [5 0 R]]'], {
      catalog: '/OCProperties << /OCGs 5 0 R /D << /Order 5 0 R /ON 5 0 R /RBGroups [5 0 R] >> >> ',
    }),
  'resources, contents and forms that hold themselves': () =>
    around(
      [
        '<< /XObject << /F 6 0 R >> /Font 4 0 R /ExtGState << /G << /SMask << /S /Luminosity /G 6 0 R >> >> >> >>',
        '[5 0 R 6 0 R 5 0 R]',
        stream('/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources 4 0 R', Buffer.from('/G gs /F Do')),
      ],
      { page: '/Resources 4 0 R /Contents 5 0 R ' },
    ),
  'a glyph that is written in its own font, a pattern filled with itself': () =>
    around(
      [
        stream('', Buffer.from('BT /T 9 Tf (a) Tj ET /Pattern cs /P scn 0 0 99 99 re f')),
        '<< /Type /Font /Subtype /Type3 /FontBBox [0 0 9 9] /FontMatrix [1 0 0 1 0 0] /CharProcs << /a 4 0 R >> /Encoding << /Differences [97 /a] >> /FirstChar 97 /LastChar 97 /Widths [9] /Resources 7 0 R >>',
        stream(
          '/Type /Pattern /PatternType 1 /PaintType 1 /TilingType 1 /BBox [0 0 9 9] /XStep 0.001 /YStep 0.001 /Resources 7 0 R',
          Buffer.from('/Pattern cs /P scn 0 0 9 9 re f'),
        ),
        '<< /Font << /T 5 0 R >> /Pattern << /P 6 0 R >> >>',
      ],
      { page: '/Contents 4 0 R /Resources 7 0 R ' },
    ),
};
