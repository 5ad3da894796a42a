import * as l10n from '@vscode/l10n';
import type { Measurement } from '../../../src/protocol/inspector.ts';
import type { Share } from '../../../src/protocol/measures.ts';
import { magnitude, share } from '../../../src/text/numbers.ts';

/** One headline number: what it is called, before and after, its formula, and what it rests on. */
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
  const { counterfact, strict, generationMatch, chatMatch, textMatch, drift } = summary;
  const { before, after, protocol, n } = counterfact;
  const edits = (number: number) => (number === 1 ? l10n.t('1 edit') : l10n.t('{0} edits', number));
  const tokens = (number: number) => l10n.t('{0} tokens', number);
  const ofShares = (
    name: string,
    meaning: string,
    was: Share | null,
    is: Share | null,
    by = protocol,
  ): Headline => ({
    name,
    meaning,
    before: share(was?.value),
    after: share(is?.value),
    interval: is !== null && is.n > 1 ? `${share(is.low)}–${share(is.high)}` : null,
    protocol: by,
    cases: edits(is?.n ?? 0),
  });
  const headlines = [
    ofShares('ES', l10n.t('Efficacy: NLL(true) > NLL(new) on the edited prompt'), before.es, after.es),
    ofShares('PS', l10n.t('Paraphrases: NLL(true) > NLL(new)'), before.ps, after.ps),
    ofShares('NS', l10n.t('Neighborhood: NLL(true) < NLL(new)'), before.ns, after.ns),
    {
      name: 'S',
      meaning: l10n.t('Score: 3 / (1/ES + 1/PS + 1/NS)'),
      before: share(before.score),
      after: share(after.score),
      interval: null,
      protocol,
      cases: edits(n),
    },
    ofShares(
      l10n.t('ES strict'),
      l10n.t('Efficacy by likeliest token: the model says the new answer'),
      strict.before.es,
      strict.after.es,
      strict.protocol,
    ),
    ofShares(
      l10n.t('PS strict'),
      l10n.t('Paraphrases by likeliest token: the model says the new answer'),
      strict.before.ps,
      strict.after.ps,
      strict.protocol,
    ),
    ofShares(
      l10n.t('NS strict'),
      l10n.t('Neighborhood by likeliest token: the model says the true answer'),
      strict.before.ns,
      strict.after.ns,
      strict.protocol,
    ),
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
