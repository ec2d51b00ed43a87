import { around, type Family, stream } from '../helpers/hostile.ts';

const boxed = (box: string, others = ''): Buffer => around([], { page: `/MediaBox ${box} ${others}` });

const numbers = [
  '1e9',
  '--5',
  '+-3',
  '1.2.3',
  '.',
  '-',
  '9'.repeat(10_000),
  `0.${'0'.repeat(5_000)}1`,
  '4.',
  '-.5',
  '1E400',
  'NaN',
  'Infinity',
  '0x10',
];

export const shapes: Family = {
  'a page of 10^9 points': () => boxed('[0 0 1000000000 1000000000]'),
  'a page of 10^9 points by a thousandth': () => boxed('[0 0 1000000000 0.001]'),
  'a page far away': () => boxed('[1000000000 1000000000 1000000200 1000000200]'),
  'a page of numbers of 400 digits': () => boxed(`[0 0 ${'9'.repeat(400)} ${'9'.repeat(400)}]`),
  'a page of no numbers': () => boxed('[/NaN (0) null true]'),
  'a page of three numbers': () => boxed('[0 0 9]'),
  'a page of no width': () => boxed('[5 5 5 5]'),
  'a page turned inside out': () => boxed('[200 200 -200 -200]'),
  'a page of a millionth of a point': () => boxed('[0 0 0.000001 0.000001]'),
  'a page cut where it is not': () =>
    boxed('[0 0 9 9]', '/CropBox [100 100 200 200] /TrimBox [9 9 0 0] /BleedBox 7 '),
  'a page in units of 10^9': () => boxed('[0 0 200 200]', '/UserUnit 1000000000 '),
  'a page turned by 45 degrees': () => boxed('[0 0 200 200]', '/Rotate 45 '),
  'a page turned by 10^20 degrees': () => boxed('[0 0 200 200]', '/Rotate 100000000000000000000 '),
  'a page turned by -0.5 degrees': () => boxed('[0 0 200 200]', '/Rotate -0.5 '),
  'boxes of numbers that are none': () =>
    boxed(`[${numbers.join(' ')}]`, `/Rotate ${numbers[1]} /CropBox [${numbers.slice(0, 4).join(' ')}] `),
  'content of numbers that are none': () =>
    around(
      [
        stream(
          '',
          Buffer.from(
            numbers.map((number) => `${number} 0 0 ${number} 0 0 cm 0 0 ${number} ${number} re f`).join('\n'),
          ),
        ),
      ],
      {
        page: '/Contents 4 0 R ',
      },
    ),
  'content of every operator, with nothing to work on': () =>
    around(
      [
        stream(
          '',
          Buffer.from(
            'b B b* B* BDC BI BMC BT BX c cm CS cs d d0 d1 Do DP EI EMC ET EX f F f* G g gs h i ID j J K k l m M MP n q Q re RG rg ri s S sc SC scn SCN sh T* Tc Td TD Tf Tj TJ TL Tm Tr Ts Tw Tz v w W W* y \' "'.repeat(
              500,
            ),
          ),
        ),
      ],
      { page: '/Contents 4 0 R ' },
    ),
  'text of a size of 10^9 in a font that is missing': () =>
    around([stream('', Buffer.from(`BT /F 1000000000 Tf 1000000000 Tz ${'(x) Tj '.repeat(10_000)} ET`))], {
      page: '/Contents 4 0 R ',
    }),
  'a pattern of a million tiles by a million': () =>
    around(
      [
        stream('', Buffer.from('/Pattern cs /P scn 0 0 1000000 1000000 re f')),
        stream(
          '/Type /Pattern /PatternType 1 /PaintType 1 /TilingType 1 /BBox [0 0 1 1] /XStep 0.000001 /YStep 0.000001 /Resources << >>',
          Buffer.from('0 0 1 1 re f'),
        ),
      ],
      { page: '/Contents 4 0 R /Resources << /Pattern << /P 5 0 R >> >> ' },
    ),
};
