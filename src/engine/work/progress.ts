/** What every long piece of work is handed: how to say how far it is, and how it is told to stop. */
export interface Work {
  /** Stops the work at the next token, step or chunk. */
  readonly signal?: AbortSignal | undefined;
  /** `fraction` is of the whole work, in 0..1, and never falls; `stage` is a short phrase for people. */
  readonly report?: ((stage: string, fraction: number) => void) | undefined;
  /** Tells a person in one sentence what is wrong though the work goes on. */
  readonly warn?: ((text: string) => void) | undefined;
}

/** The work on one of several things, whose progress is a part of that on all of them. */
export function parted(work: Work, index: number, count: number, name: string): Work {
  const which = count > 1 ? `${name} (${index + 1} of ${count}): ` : '';
  const { signal, report, warn } = work;
  return {
    signal,
    warn,
    report: (stage, fraction) => report?.(`${which}${stage}`, (index + fraction) / count),
  };
}

/** Work that is done in phases, one after the other, with how much of the time each may take. */
export function phases<W extends Work, const S extends readonly number[]>(
  work: W,
  shares: S,
): { [K in keyof S]: W } {
  const total = shares.reduce((sum, share) => sum + share, 0);
  let begun = 0;
  const made = shares.map((share): W => {
    const before = begun / total;
    begun += share;
    return {
      ...work,
      report: (stage: string, fraction: number) => work.report?.(stage, before + (share / total) * fraction),
    };
  });
  return made as { [K in keyof S]: W };
}
