import { around, type Family, stream } from '../helpers/hostile.ts';

/** Names that mean something to a JavaScript object. */
const odd = [
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'hasOwnProperty',
  'valueOf',
  'length',
  'then',
];

const each = (text: (name: string) => string): string => odd.map(text).join(' ');

const widget = '/Type /Annot /Subtype /Widget /Rect [0 0 9 9] /FT /Tx';

const fields = (...names: string[]): Buffer => {
  const refs = names.map((_, index) => `${index + 4} 0 R`).join(' ');
  return around(
    names.map((name) => `<< ${widget} /T ${name} /V ${name} >>`),
    {
      catalog: `/AcroForm << /Fields [${refs}] /DR << /Font << ${each((name) => `/${name} 3 0 R`)} >> >> >> `,
      page: `/Annots [${refs}] `,
    },
  );
};

const titled = (text: string): Buffer =>
  around(
    [
      `<< /Title ${text} /Author ${text} /Keywords ${text} >>`,
      `<< /Title ${text} /Parent 6 0 R /Dest [3 0 R /Fit] >>`,
      '<< /First 5 0 R /Last 5 0 R >>',
    ],
    {
      catalog: `/Outlines 6 0 R /Lang ${text} `,
      trailer: '/Info 4 0 R ',
    },
  );

export const names: Family = {
  'odd keys in every dictionary': () =>
    around([`<< ${each((name) => `/${name} << /${name} /${name} >>`)} >>`], {
      catalog: each((name) => `/${name} 4 0 R`),
      page: each((name) => `/${name} 4 0 R`),
      trailer: `/Info 4 0 R ${each((name) => `/${name} 1`)}`,
    }),
  'odd names of destinations': () =>
    around(
      [
        `<< /Names [${each((name) => `(${name}) [3 0 R /Fit]`)}] >>`,
        '<< /Type /Annot /Subtype /Link /Rect [0 0 9 9] /Dest (__proto__) >>',
      ],
      {
        catalog: `/Dests << ${each((name) => `/${name} [3 0 R /Fit]`)} >> /Names << /Dests 4 0 R /EmbeddedFiles << /Names [(__proto__) << /Type /Filespec /F (x) >>] >> >> `,
        page: '/Annots [5 0 R] ',
      },
    ),
  'odd names of form fields': () => fields(...odd.map((name) => `(${name})`)),
  'odd names of fonts, forms and layers': () =>
    around(
      [
        stream(
          '',
          Buffer.from('/__proto__ gs BT /constructor 9 Tf (x) Tj ET /__proto__ Do /OC /toString BDC EMC'),
        ),
        '<< /Type /Font /Subtype /Type1 /BaseFont /__proto__ /Encoding /constructor >>',
        '<< /Type /OCG /Name (__proto__) >>',
      ],
      {
        catalog: '/OCProperties << /OCGs [6 0 R] /D << /Order [(__proto__) 6 0 R] /__proto__ [6 0 R] >> >> ',
        page: `/Contents 4 0 R /Resources << /Font << ${each((name) => `/${name} 5 0 R`)} >> /Properties << /toString 6 0 R >> /XObject << /__proto__ 4 0 R >> >> `,
      },
    ),
  'odd page labels': () =>
    around([], {
      catalog: `/PageLabels << /Nums [0 << /S /__proto__ /P (constructor) /St -99999999999 >>] >> `,
    }),
  'our own font’s name, taken 10,000 times': () =>
    around([], {
      page: `/Resources << /Font << /OctavoF 3 0 R ${Array.from({ length: 10_000 }, (_, index) => `/OctavoF${index + 2} 3 0 R`).join(' ')} >> >> `,
    }),
  'names with broken escapes': () =>
    around([], { catalog: '/#zz 1 /# 2 /#4 3 / 4 /a#00b 5 /#2F#2F 6 /a#20b#28 7 ', page: '/Contents#zz 1 ' }),
  'a name of a megabyte': () =>
    around([`<< /${'n'.repeat(1_000_000)} /${'#41'.repeat(300_000)} >>`], { page: '/PieceInfo 4 0 R ' }),
  'field names that are empty, dotted, or a megabyte': () =>
    fields('()', '(.)', '(a.b.c)', '(..)', `(${'x'.repeat(1_000_000)})`),
  'a title of a megabyte': () => titled(`(${'t'.repeat(1_000_000)})`),
  'text in half a character of UTF-16': () => titled('<feff00>'),
  'text of unpaired surrogates and zeros': () => titled('<feffd800d8000000dfff>'),
  'text in hex that is none': () => titled('<zz!!9>'),
  'text of broken escapes': () => titled('(\\\\\\9\\777\\\n\\)'),
  'text that closes what it stands in': () =>
    titled('<3e3e20656e646f626a20312030206f626a203c3c202f582031203e3e>'),
  'an XMP packet that closes itself, with an entity of entities': () =>
    around(
      [
        stream(
          '/Type /Metadata /Subtype /XML',
          Buffer.from(
            `<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "${'&a;'.repeat(1_000)}">]>${'<dc:title '.repeat(20_000)}<rdf:RDF>&b;</rdf:RDF></rdf:RDF>`,
          ),
        ),
      ],
      { catalog: '/Metadata 4 0 R ' },
    ),
};
