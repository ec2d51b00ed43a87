import { literal, RawPdf } from './raw-pdf.ts';

/**
 * Three pages of a form: `person` with `name` on page 1 and `age` on page 2, the radio buttons `choice` on pages 1 and 3,
 * `sum` on page 2 that is worked out after `age`, `invisible` on no page, and `hidden` that says it belongs to page 2.
 * @param font that the default appearance calls F
 */
export function formPdf({ font = 'Times-Roman', size = 9 }: { font?: string; size?: number } = {}): Buffer {
  const file = new RawPdf();
  const [root, tree] = [file.reserve(), file.reserve()];
  const pages = [file.reserve(), file.reserve(), file.reserve()];
  const page = (n: number): string => `/P ${pages[n - 1]} 0 R`;
  const [person, choice] = [file.reserve(), file.reserve()];
  const widget = (n: number, own: string): number =>
    file.add(`<< /Type /Annot /Subtype /Widget /Rect [50 50 150 70] /F 4 ${page(n)} ${own} >>`);
  const name = widget(1, `/FT /Tx /T (name) /V (valueOfName) /Parent ${person} 0 R`);
  const age = widget(2, `/FT /Tx /T (age) /V (valueOfAge) /DA (/F 8 Tf 0 g) /Parent ${person} 0 R`);
  file.set(person, `<< /T (person) /Kids [${name} 0 R ${age} 0 R] >>`);
  const button = (n: number, state: string): number =>
    widget(n, `/Parent ${choice} 0 R /AS /Off /AP << /N << /${state} null >> >>`);
  const buttons = [button(3, 'zero'), button(1, 'one')];
  file.set(
    choice,
    `<< /FT /Btn /Ff 49152 /T (choice) /V /one /Opt [(optionZero) (optionOne)] /Kids [${buttons.map((id) => `${id} 0 R`).join(' ')}] >>`,
  );
  const script = literal('event.value = 1');
  const sum = widget(2, `/FT /Tx /T (sum) /AA << /C << /S /JavaScript /JS ${script} >> >>`);
  const reset = file.add(
    `<< /Type /Annot /Subtype /Link /Rect [0 0 9 9] /A << /S /ResetForm /Fields [${name} 0 R ${sum} 0 R] >> >>`,
  );
  const invisible = file.add('<< /FT /Tx /T (invisible) /V (valueOfInvisible) >>');
  const hidden = file.add(
    `<< /Subtype /Widget /Rect [0 0 0 0] /FT /Tx /T (hidden) /V (valueOfHidden) ${page(2)} >>`,
  );
  const helvetica = file.add('<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>');
  const own = file.add(`<< /Type /Font /Subtype /Type1 /BaseFont /${font} >>`);
  const annotations = [[name, buttons[1], reset], [age, sum], [buttons[0]]];
  for (const [index, id] of pages.entries()) {
    const refs = annotations[index]!.map((ref) => `${ref} 0 R`).join(' ');
    file.set(id, `<< /Type /Page /Parent ${tree} 0 R /MediaBox [0 0 600 800] /Annots [${refs}] >>`);
  }
  file.set(tree, `<< /Type /Pages /Count 3 /Kids [${pages.map((id) => `${id} 0 R`).join(' ')}] >>`);
  const fields = [person, choice, sum, invisible, hidden].map((id) => `${id} 0 R`).join(' ');
  file.set(
    root,
    `<< /Type /Catalog /Pages ${tree} 0 R /AcroForm << /Fields [${fields}] /CO [${age} 0 R ${sum} 0 R] ` +
      `/DA (/F ${size} Tf 0 g) /DR << /Font << /Helv ${helvetica} 0 R /F ${own} 0 R >> >> >> >>`,
  );
  return file.finish(root, undefined);
}
