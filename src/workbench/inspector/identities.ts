/** Numbers objects, so that another process can tell whether it is told of the same one again. */
export class Identities {
  readonly #numbers = new WeakMap<object, number>();
  #last = 0;

  of(object: object): number {
    const number = this.#numbers.get(object) ?? ++this.#last;
    this.#numbers.set(object, number);
    return number;
  }
}
