import assert from 'node:assert/strict';
import { test } from 'node:test';
import { around, stream } from '../helpers/hostile.ts';
import { runSteps } from '../helpers/run-steps.ts';

const launch = '<< /S /Launch /F (program) >>';
const script = '<< /S /JavaScript /JS (app.alert\\(1\\)) >>';
const annotation = (more: string): string => `<< /Type /Annot /Subtype /Link /Rect [0 0 9 9] ${more} >>`;

const cases: readonly [what: string, file: Buffer, warning: RegExp][] = [
  ['a script when the document opens', around([], { catalog: `/OpenAction ${script} ` }), /JavaScript/],
  ['a script when a page closes', around([], { page: `/AA << /C ${script} >> ` }), /JavaScript/],
  [
    'a script that follows a link',
    around([annotation(`/A << /S /URI /URI (x) /Next [${script}] >>`)], { page: '/Annots [4 0 R] ' }),
    /JavaScript/,
  ],
  [
    'a script by name',
    around([], { catalog: `/Names << /JavaScript << /Names [(a) ${script}] >> >> ` }),
    /JavaScript/,
  ],
  [
    'a script in a field that has no widget',
    around([`<< /FT /Tx /T (a) /AA << /K ${script} >> >>`], { catalog: '/AcroForm << /Fields [4 0 R] >> ' }),
    /JavaScript/,
  ],
  ['a program on a page', around([], { page: `/AA << /O ${launch} >> ` }), /programs/],
  [
    'a program in a bookmark',
    around(['<< /First 5 0 R /Last 5 0 R >>', `<< /Title (a) /A ${launch} >>`], {
      catalog: '/Outlines 4 0 R ',
    }),
    /programs/,
  ],
  [
    'a program under an escaped name',
    around([annotation('/A << /S /L#61unch /F (x) >>')], { page: '/Annots [4 0 R] ' }),
    /programs/,
  ],
  [
    'another document',
    around([annotation('/A << /S /GoToR /F (other.pdf) /D [0 /Fit] >>')], { page: '/Annots [4 0 R] ' }),
    /other files/,
  ],
  [
    'a form that is sent',
    around([annotation('/A << /S /SubmitForm /F (http://example.org/) >>')], { page: '/Annots [4 0 R] ' }),
    /send data/,
  ],
  [
    'an image from another file',
    around([stream('/Type /XObject /Subtype /Image /Width 1 /Height 1 /F (/etc/passwd)', Buffer.alloc(0))]),
    /content from other files/,
  ],
  [
    'a page of another document',
    around([
      stream(
        '/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Ref << /F (other.pdf) /Page 0 >>',
        Buffer.alloc(0),
      ),
    ]),
    /content from other files/,
  ],
];

for (const [what, file, warning] of cases) {
  test(`${what} is named in a warning`, async () => {
    const { warnings } = await runSteps(file, ['rotate', { degrees: 90 }]);
    assert.match(warnings.join('\n'), warning);
  });
}

test('a document of nothing but itself has no such warning', async () => {
  const { warnings } = await runSteps(
    around([annotation('/Dest [3 0 R /Fit]')], { page: '/Annots [4 0 R] ' }),
  );
  assert.deepEqual(warnings, []);
});
