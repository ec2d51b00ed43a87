import { around, type Family, nestedArrays, stream } from '../helpers/hostile.ts';

/** `depth` objects, each of which holds the next. */
function chain(depth: number, link: (next: string, index: number) => string, end = '3 0 R'): string[] {
  return Array.from({ length: depth }, (_, index) =>
    link(index === depth - 1 ? end : `${index + 5} 0 R`, index),
  );
}

function nested(depth: number, open: string, close: string): string {
  return `${open.repeat(depth)} 0 ${close.repeat(depth)}`;
}

/** Deep, and where each step copies it: in the resources of a page. */
function inResources(value: string): Buffer {
  return around([value], { page: '/Resources << /Properties << /A 4 0 R >> >> /PieceInfo 4 0 R ' });
}

const depths = [500, 2_000, 10_000];

export const nesting: Family = {
  '200,000 arrays without an end': () => nestedArrays(200_000),
  '200,000 dictionaries': () =>
    around([nested(200_000, '<< /A ', '>>')], { catalog: '/ViewerPreferences 4 0 R ' }),
  ...Object.fromEntries(
    depths.flatMap((depth) => [
      [`${depth} arrays in each other`, () => inResources(nested(depth, '[', ']'))],
      [`${depth} dictionaries in each other`, () => inResources(nested(depth, '<< /A ', '>>'))],
    ]),
  ),
  '20,000 arrays in the trailer': () => around([], { trailer: `/ID ${nested(20_000, '[', ']')} ` }),
  '20,000 arrays in an object stream': () =>
    around([stream('/Type /ObjStm /N 1 /First 4', Buffer.from(`9 0 ${nested(20_000, '[', ']')}`))]),
  'a string of a million parentheses': () =>
    around([nested(1_000_000, '(', ')')], { catalog: '/Lang 4 0 R ' }),
  'a string that never ends': () => around([`(${'('.repeat(1_000_000)}`]),
  'a page tree of 10,000 levels': () =>
    around(
      chain(10_000, (next) => `<< /Type /Pages /Kids [${next}] /Count 1 >>`),
      { catalog: '/Pages 4 0 R ' },
    ),
  'page trees of 63 levels, below each other': () =>
    around(
      chain(63, (next) => `<< /Type /Pages /Kids [${next} 3 0 R] /Rotate 90 >>`),
      { catalog: '/Pages 4 0 R ' },
    ),
  'bookmarks of 10,000 levels': () =>
    around(
      chain(10_000, (next) => `<< /Title (a) /First ${next} /Last ${next} /Dest [3 0 R /Fit] >>`),
      {
        catalog: '/Outlines 4 0 R ',
      },
    ),
  'a name tree of 10,000 levels': () =>
    around(
      chain(10_000, (next) => `<< /Kids [${next}] /Names [(a) [3 0 R /Fit]] >>`),
      {
        catalog: '/Names << /Dests 4 0 R /EmbeddedFiles 4 0 R /JavaScript 4 0 R >> /PageLabels 4 0 R ',
      },
    ),
  'form fields of 10,000 levels': () =>
    around(
      chain(
        10_000,
        (next, index) => `<< /T (a) /Kids [${next}] /Parent ${index + 3} 0 R >>`,
        '10004 0 R',
      ).concat('<< /Type /Annot /Subtype /Widget /Rect [0 0 9 9] /FT /Tx /T (a) /Parent 10003 0 R >>'),
      { catalog: '/AcroForm << /Fields [4 0 R] >> ', page: '/Annots [10004 0 R] ' },
    ),
  'tags of 10,000 levels': () =>
    around(
      chain(10_000, (next) => `<< /Type /StructElem /S /P /K [${next}] >>`),
      {
        catalog: '/StructTreeRoot << /Type /StructTreeRoot /K 4 0 R >> ',
      },
    ),
  'actions of 10,000 levels': () =>
    around(
      chain(10_000, (next) => `<< /S /GoTo /D [3 0 R /Fit] /Next ${next} >>`),
      { catalog: '/OpenAction 4 0 R ' },
    ),
  'forms drawn within forms, 2,000 deep': () =>
    around(
      [
        stream('', Buffer.from('/F Do')),
        ...Array.from({ length: 2_000 }, (_, level) =>
          stream(
            `/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /F ${level + 6} 0 R >> >>`,
            Buffer.from('q /F Do Q'),
          ),
        ),
      ],
      { page: '/Contents 4 0 R /Resources << /XObject << /F 5 0 R >> >> ' },
    ),
  'references to references, 20,000 of them': () =>
    around(
      chain(20_000, (next) => next),
      {
        catalog: '/Outlines 4 0 R /Names 4 0 R /PageLabels 4 0 R ',
        page: '/Contents 4 0 R /Annots 4 0 R ',
      },
    ),
  'a page whose content opens 100,000 arrays and marks': () =>
    around([stream('', Buffer.from(`${'['.repeat(100_000)} ${'/P BMC BT '.repeat(100_000)}`))], {
      page: '/Contents 4 0 R ',
    }),
  'functions within functions, 5,000 deep': () =>
    around(
      [
        stream('', Buffer.from('/S sh')),
        ...chain(
          5_000,
          (next) => `<< /FunctionType 3 /Domain [0 1] /Functions [${next}] /Bounds [] /Encode [0 1] >>`,
          '5 0 R',
        ).map((body) => body.replace(/(\d+) 0 R/, (_, id: string) => `${Number(id) + 1} 0 R`)),
      ],
      {
        page: '/Contents 4 0 R /Resources << /Shading << /S << /ShadingType 2 /ColorSpace /DeviceRGB /Coords [0 0 9 9] /Function 5 0 R >> >> >> ',
      },
    ),
};
