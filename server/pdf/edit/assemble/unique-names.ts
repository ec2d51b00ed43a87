/** Names in one space: a name that is taken gets a number. */
export class Names {
  readonly #next = new Map<string, number>();

  /** The name under which this one is known from now on. */
  claim(name: string): string {
    const next = this.#next.get(name);
    if (next === undefined) {
      this.#next.set(name, 2);
      return name;
    }
    let count = next;
    while (this.#next.has(`${name}-${count}`)) count += 1;
    this.#next.set(name, count + 1);
    return this.claim(`${name}-${count}`);
  }
}
