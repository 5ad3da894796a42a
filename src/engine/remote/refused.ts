/** Why an address is not read, whenever it is asked; goes on after "cannot be read: ". */
export class Refused extends Error {}

/** Why an address is not read now; it may be better next time. */
export class Transient extends Error {
  /** In seconds, where the server says when. */
  readonly retryAfter: number | undefined;

  constructor(message: string, retryAfter?: number) {
    super(message);
    this.retryAfter = retryAfter;
  }
}
