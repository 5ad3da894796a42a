import type { Edit } from '../../protocol/edits.ts';
import type { Probe, ReadingKind } from '../../protocol/probe.ts';

/**
 * All that an edit's entry in the edits file asks, with the answers that each kind is judged by. The edit's own
 * prompt comes first. A neighbour or another fact of the same subject is held against the new target.
 */
export function probesOf({ id, prompt, target, space, probes = {} }: Edit): Probe[] {
  const { paraphrase = [], neighbourhood = [], portability = [], sameSubject = [], text = [] } = probes;
  const ask = (kind: ReadingKind, rest: Omit<Probe, 'edit' | 'kind'>): Probe => ({
    edit: id,
    kind,
    ...rest,
    ...(space !== undefined && { space }),
  });
  const fact = { targetNew: target.new, targetTrue: target.true };
  return [
    ask('efficacy', { prompt, ...fact }),
    ...paraphrase.map(({ prompt, proposed }) =>
      ask('paraphrase', { prompt, ...fact, ...(proposed && { proposed }) }),
    ),
    ...neighbourhood.map(({ prompt, target, proposed }) =>
      ask('neighbourhood', { prompt, ...fact, targetTrue: target, ...(proposed && { proposed }) }),
    ),
    ...portability.map(({ prompt, target }) => ask('portability', { prompt, targetNew: target })),
    ...sameSubject.map(({ prompt, target }) => ask('sameSubject', { prompt, ...fact, targetTrue: target })),
    ...text.map(({ prompt }) => ask('text', { prompt })),
  ];
}
