import { literal, RawPdf } from './raw-pdf.ts';

/**
 * Four tagged pages: on each a heading and a paragraph with a link to the next; a table over pages 2 and 3 with an empty
 * cell on each and a header that cells refer to; on page 4 a figure in a form XObject. A list item reaches from page 1
 * to page 2 and has a text of its own in its place.
 * @param role what `Heading` means
 */
export function taggedPdf({ text = 'word', role = 'H1' }: { text?: string; role?: string } = {}): Buffer {
  const file = new RawPdf();
  const [root, tree, structure, body] = [file.reserve(), file.reserve(), file.reserve(), file.reserve()];
  const pages = [1, 2, 3, 4].map(() => file.reserve());
  const at = (n: number): string => `${pages[(n - 1) % 4]} 0 R`;
  const font = file.add('<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>');
  const marked = (mark: number, words: string): string =>
    `/P << /MCID ${mark} >> BDC BT /F1 12 Tf 72 ${700 - 30 * mark} Td ${literal(words)} Tj ET EMC `;
  const form = file.addStream(
    `/Type /XObject /Subtype /Form /BBox [0 0 600 800] /StructParents 20 /Resources << /Font << /F1 ${font} 0 R >> >>`,
    Buffer.from(marked(0, `${text}Figure`)),
  );
  const element = (parent: number, body: string): number =>
    file.add(`<< /Type /StructElem /P ${parent} 0 R ${body} >>`);
  const parents: string[] = [];
  const list = (ids: readonly number[]): string => `[${ids.map((id) => `${id} 0 R`).join(' ')}]`;
  const item = element(
    body,
    `/S /LI /ActualText (${text}1 and ${text}2) /K [<< /Type /MCR /Pg ${at(1)} /MCID 2 >> << /Type /MCR /Pg ${at(2)} /MCID 2 >>]`,
  );
  const table = file.reserve();
  const kids: number[] = [];
  const rows: number[] = [];
  for (const [index, id] of pages.entries()) {
    const n = index + 1;
    const heading = element(body, `/S /Heading /C /Big /T (${text}Title${n}) /Pg ${at(n)} /K 0`);
    const paragraph = file.reserve();
    const link = file.add(
      `<< /Type /Annot /Subtype /Link /Rect [72 600 200 620] /Dest [${at(n + 1)} /Fit] /StructParent ${10 + index} >>`,
    );
    const linkElement = element(paragraph, `/S /Link /K << /Type /OBJR /Pg ${at(n)} /Obj ${link} 0 R >>`);
    file.set(
      paragraph,
      `<< /Type /StructElem /S /P /P ${body} 0 R /Pg ${at(n)} /K [1 ${linkElement} 0 R] >>`,
    );
    kids.push(heading, paragraph);
    const marks = [heading, paragraph];
    if (n === 1) kids.push(item);
    if (n <= 2) marks.push(item);
    if (n === 2 || n === 3) {
      const row = file.reserve();
      const mark = marks.length;
      const cell = element(row, `/S /TH /ID (${text === 'word' ? 'id' : 'id'}${n}) /Pg ${at(n)} /K ${mark}`);
      const empty = element(row, `/S /TD /A << /O /Table /Headers [(id${n})] >>`);
      file.set(row, `<< /Type /StructElem /S /TR /P ${table} 0 R /K ${list([cell, empty])} >>`);
      rows.push(row);
      marks.push(cell);
      if (n === 2) kids.push(table);
    }
    const words = marks.map((_, mark) => marked(mark, `${text}${n}x${mark}`)).join('');
    const drawn = n === 4 ? `${words} /Fm Do` : words;
    const content = file.addStream('', Buffer.from(drawn));
    file.set(
      id,
      `<< /Type /Page /Parent ${tree} 0 R /MediaBox [0 0 600 800] /Contents ${content} 0 R /Annots [${link} 0 R] /StructParents ${index} ` +
        `/Resources << /Font << /F1 ${font} 0 R >>${n === 4 ? ` /XObject << /Fm ${form} 0 R >>` : ''} >> >>`,
    );
    parents.push(`${index} ${list(marks)}`, `${10 + index} ${linkElement} 0 R`);
  }
  file.set(table, `<< /Type /StructElem /S /Table /P ${body} 0 R /K ${list(rows)} >>`);
  const figure = element(
    body,
    `/S /Figure /Alt (${text}Alt) /K << /Type /MCR /Pg ${at(4)} /Stm ${form} 0 R /MCID 0 >>`,
  );
  parents.push(`20 ${list([figure])}`);
  file.set(body, `<< /Type /StructElem /S /Document /P ${structure} 0 R /K ${list([...kids, figure])} >>`);
  const sorted = parents.toSorted((a, b) => Number.parseInt(a, 10) - Number.parseInt(b, 10));
  file.set(
    structure,
    `<< /Type /StructTreeRoot /K ${body} 0 R /ParentTree << /Nums [${sorted.join(' ')}] >> /ParentTreeNextKey 21 ` +
      `/RoleMap << /Heading /${role} >> /ClassMap << /Big << /O /Layout /SpaceAfter 12 >> >> >>`,
  );
  file.set(tree, `<< /Type /Pages /Count 4 /Kids ${list(pages)} >>`);
  file.set(
    root,
    `<< /Type /Catalog /Pages ${tree} 0 R /StructTreeRoot ${structure} 0 R /MarkInfo << /Marked true >> /Lang (en) >>`,
  );
  return file.finish(root, undefined);
}
