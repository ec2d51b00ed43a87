import { makePdf } from '../../helpers/pdf.ts';

/** A manual: each page leads to two others, one by its name, and is tagged. */
export function manual(pages: number): Buffer {
  const sections = Array.from({ length: pages / 10 }, (_, index) => index * 10 + 1);
  return makePdf({
    pages,
    text: (n) => `Page ${n} of a long manual, with a line that tells of it`,
    links: (n) => [(n % pages) + 1, `section-${Math.ceil(n / 10)}`],
    dests: Object.fromEntries(sections.map((page, index) => [`section-${index + 1}`, page])),
    outline: sections.map((page, index) => ({ title: `Section ${index + 1}`, to: page })),
    tagged: true,
    objectStreams: true,
  });
}

/** It has one of everything. */
export function form(): Buffer {
  return makePdf({
    pages: 4,
    text: (n) => `Form, page ${n}`,
    links: (n) => [(n % 4) + 1],
    dests: { end: 4 },
    outline: [{ title: 'Form', to: 1, children: [{ title: 'Its end', to: 'end' }] }],
    fields: [
      { name: 'name', pages: [1], value: 'Ada' },
      { name: 'place', pages: [1, 3], value: 'London' },
    ],
    attachments: [{ name: 'data.txt', text: 'attached' }],
    labels: [{ from: 1, style: 'r' }],
    tagged: true,
  });
}
