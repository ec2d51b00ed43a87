import type { Family } from '../helpers/hostile.ts';
import { makePdf } from '../helpers/pdf.ts';

/** A document with something of everything. */
export function rich(objectStreams: boolean): Buffer {
  return makePdf({
    pages: 12,
    objectStreams,
    links: (n) => [(n % 12) + 1, 'end'],
    uris: () => ['https://example.org/'],
    dests: { end: 12, start: 1 },
    outline: [{ title: 'One', to: 1, children: [{ title: 'Two', to: 'end' }] }],
    fields: [
      { name: 'a', pages: [1], value: 'x' },
      { name: 'b', pages: [1, 2] },
    ],
    labels: [{ from: 1, style: 'r' }],
    attachments: [{ name: 'x.txt', text: 'x' }],
    info: { Title: 'A title' },
    xmp: '<x:xmpmeta><rdf:RDF></rdf:RDF></x:xmpmeta>',
    tagged: true,
    layer: 'Layer',
    image: Buffer.alloc(64, 7),
  });
}

const cuts = [1, 2, 3, 4, 5, 6, 7, 8, 9];

export const truncated: Family = Object.fromEntries(
  [false, true].flatMap((objectStreams) =>
    cuts.map((tenth) => [
      `a document ${objectStreams ? 'of object streams' : 'with a table'}, cut after ${tenth} tenths`,
      () => {
        const whole = rich(objectStreams);
        return whole.subarray(0, (whole.length * tenth) / 10);
      },
    ]),
  ),
);
