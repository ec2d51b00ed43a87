import { deflateSync } from 'node:zlib';

/** Where an object of a cross-reference is: at an offset, in an object stream, or deleted. */
type Place = { at: number; generation?: number } | { stream: number; index: number } | 'free';

type Places = Readonly<Record<number, Place>>;

/** A file in revisions, written object by object: its cross-references say what the test wants. */
export class RevisedPdf {
  #parts: Buffer[] = [];
  #length = 0;

  constructor(first = '%PDF-1.7\n%\xe2\xe3\xcf\xd3\n') {
    this.text(first);
  }

  get length(): number {
    return this.#length;
  }

  text(text: string): void {
    const part = Buffer.from(text, 'latin1');
    this.#parts.push(part);
    this.#length += part.length;
  }

  /** Writes an object, answers where. */
  object(id: number, body: string, generation = 0): { at: number; generation: number } {
    const at = this.#length;
    this.text(`${id} ${generation} obj\n${body}\nendobj\n`);
    return { at, generation };
  }

  stream(id: number, data: string, dict = ''): { at: number; generation: number } {
    return this.object(id, `<< ${dict} /Length ${data.length} >>\nstream\n${data}\nendstream`);
  }

  /** An object stream; answers where each object in it is, and it itself. */
  packed(id: number, bodies: Readonly<Record<number, string>>): Record<number, Place> {
    const places: Record<number, Place> = {};
    let head = '';
    let text = '';
    for (const [index, [member, body]] of Object.entries(bodies).entries()) {
      head += `${member} ${text.length} `;
      text += `${body} `;
      places[Number(member)] = { stream: id, index };
    }
    const data = deflateSync(Buffer.from(head + text, 'latin1')).toString('latin1');
    const dict = `/Type /ObjStm /N ${Object.keys(bodies).length} /First ${head.length} /Filter /FlateDecode`;
    return { ...places, [id]: this.stream(id, data, dict) };
  }

  /** A table of these objects, and the trailer; answers where it begins. */
  table(places: Places, trailer: string): number {
    const start = this.#length;
    let rows = '';
    for (const [id, place] of Object.entries(places)) {
      const [at, generation, type] =
        typeof place === 'object' && 'at' in place ? [place.at, place.generation ?? 0, 'n'] : [0, 1, 'f'];
      rows += `${id} 1\n${String(at).padStart(10, '0')} ${String(generation).padStart(5, '0')} ${type} \n`;
    }
    this.text(`xref\n0 1\n0000000000 65535 f \n${rows}trailer\n<< ${trailer} >>\n`);
    return start;
  }

  /** A cross-reference stream of these objects and itself; answers where it begins. */
  xrefStream(id: number, places: Places, trailer: string): number {
    const start = this.#length;
    const all = Object.entries<Place>({ ...places, [id]: { at: start } });
    const rows = Buffer.alloc(all.length * 7);
    for (const [index, [, place]] of all.entries()) {
      const [type, where, last] =
        place === 'free'
          ? [0, 0, 1]
          : 'at' in place
            ? [1, place.at, place.generation ?? 0]
            : [2, place.stream, place.index];
      rows.writeUInt8(type, index * 7);
      rows.writeUInt32BE(where, index * 7 + 1);
      rows.writeUInt16BE(last, index * 7 + 5);
    }
    const index = all.map(([member]) => `${member} 1`).join(' ');
    this.stream(id, rows.toString('latin1'), `/Type /XRef /W [1 4 2] /Index [${index}] ${trailer}`);
    return start;
  }

  /** Ends a revision. */
  end(start: number): void {
    this.text(`startxref\n${start}\n%%EOF\n`);
  }

  bytes(): Buffer {
    return Buffer.concat(this.#parts);
  }
}
