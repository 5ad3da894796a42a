import * as l10n from '@vscode/l10n';
import type { Measurement } from '../../../src/protocol/inspector.ts';
import type { Share } from '../../../src/protocol/measures.ts';
import { magnitude, share } from '../format.ts';

/** One headline number: what it is called, before and after, and what it rests on. */
export interface Headline {
  readonly name: string;
  readonly meaning: string;
  /** null where a measure has no "before". */
  readonly before: string | null;
  readonly after: string;
  /** The 95 % interval over more than one case; null for a single one, which has none worth the name. */
  readonly interval: string | null;
  /** By which published protocol, in its own words. */
  readonly protocol: string;
  /** What was counted, with its number: "1 edit", "512 tokens". */
  readonly cases: string;
}

/** The headline numbers of a measurement, in the order in which papers name them. */
export function headlinesOf({ summary }: Measurement): Headline[] {
  const { counterfact, generationMatch, chatMatch, textMatch, drift } = summary;
  const { before, after, protocol, n } = counterfact;
  const edits = (number: number) => (number === 1 ? l10n.t('1 edit') : l10n.t('{0} edits', number));
  const tokens = (number: number) => l10n.t('{0} tokens', number);
  const ofShares = (name: string, meaning: string, was: Share | null, is: Share | null): Headline => ({
    name,
    meaning,
    before: share(was?.value),
    after: share(is?.value),
    interval: is !== null && is.n > 1 ? `${share(is.low)}–${share(is.high)}` : null,
    protocol,
    cases: edits(is?.n ?? 0),
  });
  const headlines = [
    ofShares(
      'ES',
      l10n.t('Efficacy: the new answer beats the true one on the edited prompt'),
      before.es,
      after.es,
    ),
    ofShares('PS', l10n.t('Paraphrases: the new answer beats the true one'), before.ps, after.ps),
    ofShares('NS', l10n.t('Neighbourhood: the true answer still beats the new one'), before.ns, after.ns),
    {
      name: 'S',
      meaning: l10n.t('Score: the harmonic mean of ES, PS and NS'),
      before: share(before.score),
      after: share(after.score),
      interval: null,
      protocol,
      cases: edits(n),
    },
    {
      name: l10n.t('Generation'),
      meaning: l10n.t('The new answer appears in free greedy generation'),
      before: null,
      after: share(generationMatch.share?.value),
      interval: null,
      protocol: generationMatch.protocol,
      cases: edits(generationMatch.n),
    },
    ...(chatMatch === null
      ? []
      : [
          {
            name: l10n.t('As chat'),
            meaning: l10n.t('The new answer appears when the prompt is asked through the chat template'),
            before: null,
            after: share(chatMatch.share?.value),
            interval: null,
            protocol: chatMatch.protocol,
            cases: edits(chatMatch.n),
          },
        ]),
    ...(textMatch === null
      ? []
      : [
          {
            name: l10n.t('As text'),
            meaning: l10n.t("The new answer appears when the prompt's words are continued as text"),
            before: null,
            after: share(textMatch.share?.value),
            interval: null,
            protocol: textMatch.protocol,
            cases: edits(textMatch.n),
          },
        ]),
  ];
  if (drift === null) return headlines;
  return [
    ...headlines,
    {
      name: l10n.t('Drift KL'),
      meaning: l10n.t('Mean KL(before ‖ after) on control text, in nats'),
      before: null,
      after: magnitude(drift.meanKl),
      interval: null,
      protocol: drift.protocol,
      cases: tokens(drift.n),
    },
    {
      name: l10n.t('Perplexity'),
      meaning: l10n.t('On control text'),
      before: magnitude(drift.perplexityBefore),
      after: magnitude(drift.perplexityAfter),
      interval: null,
      protocol: drift.protocol,
      cases: tokens(drift.n),
    },
  ];
}

export interface ProtocolNote {
  /** The measures that were taken by it. */
  readonly names: string;
  readonly protocol: string;
  readonly cases: string;
}

/** The protocols of the headline numbers, each once. */
export function protocolsOf(headlines: readonly Headline[]): ProtocolNote[] {
  const notes = new Map<string, ProtocolNote>();
  for (const { name, protocol, cases } of headlines) {
    const known = notes.get(protocol);
    notes.set(
      protocol,
      known === undefined ? { names: name, protocol, cases } : { ...known, names: `${known.names}, ${name}` },
    );
  }
  return [...notes.values()];
}
