import { degrees, PDFDocument, StandardFonts } from 'pdf-lib';
import { makePdf } from '../helpers/pdf.ts';
import { rich } from './truncated.ts';

/** Honest documents, as different as they can be while small: what the fuzzer begins with. */
export async function seeds(): Promise<Buffer[]> {
  return [
    rich(false),
    rich(true),
    makePdf({ pages: 3, inherit: { rotate: 90 }, cropBox: () => [10, 10, 200, 200], thumbnails: true }),
    makePdf({ pages: 2, signed: true, javascript: 'app.alert(1)', objectStreams: true }),
    twoRevisions(),
    await byLibrary(true),
    await byLibrary(false),
  ];
}

/** Another page in a second revision, which replaces the page tree. */
function twoRevisions(): Buffer {
  const first = makePdf({ pages: 1, outline: [{ title: 'One', to: 1 }] });
  const text = first.toString('latin1');
  const previous = /startxref\n(\d+)/.exec(text)![1];
  const size = Number(/\/Size (\d+)/.exec(text)![1]);
  const tree = `2 0 obj\n<< /Type /Pages /Count 2 /Kids [3 0 R ${size} 0 R] >>\nendobj\n`;
  const page = `${size} 0 obj\n<< /Type /Page /Parent 2 0 R /MediaBox [0 0 300 300] >>\nendobj\n`;
  const row = (offset: number): string => `${String(offset).padStart(10, '0')} 00000 n \n`;
  const table = `xref\n2 1\n${row(first.length)}${size} 1\n${row(first.length + tree.length)}`;
  const trailer = `trailer\n<< /Size ${size + 1} /Root 1 0 R /Prev ${previous} >>\n`;
  const start = first.length + tree.length + page.length;
  return Buffer.from(`${text}${tree}${page}${table}${trailer}startxref\n${start}\n%%EOF\n`, 'latin1');
}

async function byLibrary(useObjectStreams: boolean): Promise<Buffer> {
  const document = await PDFDocument.create();
  const font = await document.embedFont(StandardFonts.TimesRoman);
  const form = document.getForm();
  for (let n = 1; n <= 4; n += 1) {
    const page = document.addPage([300, 400]);
    page.setRotation(degrees(90 * n));
    page.drawText(`Page ${n}`, { x: 50, y: 350, font, size: 24 });
    const field = form.createTextField(`group.field${n}`);
    field.setText(`${n}`);
    field.addToPage(page, { x: 50, y: 50, width: 100, height: 20 });
  }
  const choice = form.createRadioGroup('choice');
  for (const [index, page] of document.getPages().entries()) {
    choice.addOptionToPage(`option${index}`, page, { x: 200, y: 200, width: 15, height: 15 });
  }
  document.setTitle('Made by a library');
  await document.attach(Buffer.from('attached'), 'attached.txt');
  return Buffer.from(await document.save({ useObjectStreams }));
}
