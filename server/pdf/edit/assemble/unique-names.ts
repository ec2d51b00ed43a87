/** Makes another name of one that is taken. */
type Numbering = (name: string, count: number) => string;

/** Names in one space: a name that is taken gets a number. */
export class Names {
  readonly #next = new Map<string, number>();
  readonly #number: Numbering;

  constructor(number: Numbering = (name, count) => `${name}-${count}`) {
    this.#number = number;
  }

  /** The name under which this one is known from now on; text, or the bytes of a string object as latin1. */
  claim(name: string): string {
    const next = this.#next.get(name);
    if (next === undefined) {
      this.#next.set(name, 2);
      return name;
    }
    let count = next;
    while (this.#next.has(this.#numbered(name, count))) count += 1;
    this.#next.set(name, count + 1);
    return this.claim(this.#numbered(name, count));
  }

  #numbered(name: string, count: number): string {
    if (!name.startsWith(utf16) || name.length % 2 > 0) return this.#number(name, count);
    const text = Buffer.from(name.slice(utf16.length), 'latin1').swap16().toString('utf16le');
    return utf16 + Buffer.from(this.#number(text, count), 'utf16le').swap16().toString('latin1');
  }
}

/** What bytes of text in UTF-16 begin with (ISO 32000-1, 7.9.2.2). */
const utf16 = '\xfe\xff';

/** Before its extension: by that a system knows what to open it with. */
export function numberFile(name: string, count: number): string {
  const [, stem, extension = ''] = /^(.+?)(\.[^.]*)?$/s.exec(name) ?? [name, name];
  return `${stem}-${count}${extension}`;
}
