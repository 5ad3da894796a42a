/** What every long piece of work is handed: how to say how far it is, and how it is told to stop. */
export interface Work {
  /** Stops the work at the next token, step or chunk. */
  readonly signal?: AbortSignal | undefined;
  /** `fraction` is in 0..1 and never falls within one stage; `stage` is a short phrase for people. */
  readonly report?: ((stage: string, fraction: number) => void) | undefined;
}
