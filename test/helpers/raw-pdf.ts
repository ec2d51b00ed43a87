import { deflateSync } from 'node:zlib';

/** Text as a PDF string: ASCII as a literal, everything else as UTF-16 in hex. */
export function literal(text: string): string {
  if (/^[\x20-\x7e]*$/.test(text)) return `(${text.replace(/[\\()]/g, '\\$&')})`;
  return `<feff${Buffer.from(text, 'utf16le').swap16().toString('hex')}>`;
}

/** Numbered objects and the two ways to write a cross-reference. */
export class RawPdf {
  #objects: (string | { head: string; data: Buffer })[] = [];

  reserve(): number {
    return this.#objects.push('null');
  }

  add(body: string): number {
    return this.#objects.push(body);
  }

  addStream(dict: string, data: Buffer, length?: number): number {
    const head = `<< ${dict} /Length ${length === undefined ? data.length : `${length} 0 R`} >>`;
    return this.#objects.push({ head, data });
  }

  set(id: number, body: string): void {
    this.#objects[id - 1] = body;
  }

  get(id: number): string {
    const object = this.#objects[id - 1];
    if (typeof object !== 'string') throw new Error(`object ${id} is a stream, or none`);
    return object;
  }

  finish(root: number, info: number | undefined): Buffer {
    const out = new Output('1.4');
    const rows = this.#objects.map((object, index) => `${pad(out.object(index + 1, object))} 00000 n \n`);
    const start = out.length;
    const size = rows.length + 1;
    out.push(`xref\n0 ${size}\n0000000000 65535 f \n${rows.join('')}trailer\n`);
    out.push(`<< /Size ${size} /Root ${root} 0 R${trailerOf(info)} >>\nstartxref\n${start}\n%%EOF\n`);
    return out.bytes();
  }

  finishWithStreams(root: number, info: number | undefined): Buffer {
    const out = new Output('1.5');
    const entries: [number, number, number][] = [[0, 0, 65535]];
    const packed: number[] = [];
    for (const [index, object] of this.#objects.entries()) {
      if (typeof object === 'string') packed.push(index + 1);
      else entries[index + 1] = [1, out.object(index + 1, object), 0];
    }
    let next = this.#objects.length + 1;
    for (let at = 0; at < packed.length; at += 50) {
      const part = packed.slice(at, at + 50);
      let offset = 0;
      const heads: string[] = [];
      for (const [place, id] of part.entries()) {
        entries[id] = [2, next, place];
        heads.push(`${id} ${offset}`);
        offset += this.get(id).length + 1;
      }
      const head = `${heads.join(' ')} `;
      const data = deflateSync(
        Buffer.from(`${head}${part.map((id) => `${this.get(id)} `).join('')}`, 'latin1'),
      );
      const dict = `<< /Type /ObjStm /N ${part.length} /First ${head.length} /Filter /FlateDecode /Length ${data.length} >>`;
      entries[next] = [1, out.object(next, { head: dict, data }), 0];
      next += 1;
    }
    entries[next] = [1, out.length, 0];
    const rows = Buffer.alloc(entries.length * 7);
    for (const [index, [type, field, last]] of entries.entries()) {
      rows.writeUInt8(type, index * 7);
      rows.writeUInt32BE(field, index * 7 + 1);
      rows.writeUInt16BE(last, index * 7 + 5);
    }
    const start = out.length;
    const data = deflateSync(rows);
    const head = `<< /Type /XRef /Size ${next + 1} /W [1 4 2] /Root ${root} 0 R${trailerOf(info)} /Filter /FlateDecode /Length ${data.length} >>`;
    out.object(next, { head, data });
    out.push(`startxref\n${start}\n%%EOF\n`);
    return out.bytes();
  }
}

class Output {
  #chunks: Buffer[] = [];
  length = 0;

  constructor(version: string) {
    this.push(`%PDF-${version}\n%\xe2\xe3\xcf\xd3\n`);
  }

  push(part: string | Buffer): void {
    const chunk = typeof part === 'string' ? Buffer.from(part, 'latin1') : part;
    this.#chunks.push(chunk);
    this.length += chunk.length;
  }

  /** Writes an object, answers where it begins. */
  object(id: number, body: string | { head: string; data: Buffer }): number {
    const offset = this.length;
    this.push(`${id} 0 obj\n`);
    if (typeof body === 'string') this.push(body);
    else {
      this.push(`${body.head}\nstream\n`);
      this.push(body.data);
      this.push('\nendstream');
    }
    this.push('\nendobj\n');
    return offset;
  }

  bytes(): Buffer {
    return Buffer.concat(this.#chunks);
  }
}

function trailerOf(info: number | undefined): string {
  return `${info === undefined ? '' : ` /Info ${info} 0 R`} /ID [<00112233445566778899aabbccddeeff> <00112233445566778899aabbccddeeff>]`;
}

function pad(offset: number): string {
  return String(offset).padStart(10, '0');
}
