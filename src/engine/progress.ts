/** What every long piece of work is handed: how to say how far it is, and how it is told to stop. */
export interface Work {
  /** Stops the work at the next token, step or chunk. */
  readonly signal?: AbortSignal | undefined;
  /** `fraction` is in 0..1 and never falls within one stage; `stage` is a short phrase for people. */
  readonly report?: ((stage: string, fraction: number) => void) | undefined;
}

/** The work on one of several things, whose progress is a part of that on all of them. */
export function parted({ signal, report }: Work, index: number, count: number, name: string): Work {
  const which = count > 1 ? `${name} (${index + 1} of ${count}): ` : '';
  return { signal, report: (stage, fraction) => report?.(`${which}${stage}`, (index + fraction) / count) };
}
