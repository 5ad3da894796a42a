import { t } from '@vscode/l10n';
import type { InspectedEditState, Tab } from '../../src/protocol/inspector.ts';
import type { ProbeProtocol, ReadingKind } from '../../src/protocol/probe.ts';
import type { Stream } from '../../src/protocol/streams.ts';

/** What things are called on the page. Functions, as the user's language is known only when the page has connected. */

export const tabName = (tab: Tab): string =>
  ({
    locality: t('Locality'),
    activations: t('Activations'),
    lens: t('Lens'),
    edit: t('Edit'),
    try: t('Try'),
  })[tab];

export const kindName = (kind: ReadingKind): string =>
  ({
    efficacy: t('Edited prompt'),
    paraphrase: t('Paraphrases'),
    neighbourhood: t('Neighbourhood'),
    portability: t('Portability'),
    sameSubject: t('Same subject'),
    text: t('Free text'),
  })[kind];

/** What is hoped of the probes of a kind. */
export const kindMeaning = (kind: ReadingKind): string =>
  ({
    efficacy: t('should give the new answer'),
    paraphrase: t('should give the new answer'),
    neighbourhood: t('should stay as they were'),
    portability: t('should give what follows from the new answer'),
    sameSubject: t('should stay as they were'),
    text: t('should stay as they were; not judged'),
  })[kind];

/** How a probe is judged, in a sentence. */
export const protocolMeaning = (protocol: ProbeProtocol): string =>
  ({
    counterfact: t('CounterFact: mean NLL per target token, new against true'),
    'teacher-forced': t('EasyEdit: every target token is the likeliest at its place'),
    unchanged: t('EasyEdit locality: the likeliest next token is the one before the edit'),
    none: t('Shown, not judged'),
  })[protocol];

export const stateName = (state: InspectedEditState): string =>
  ({
    'not-computed': t('not computed'),
    computing: t('computing'),
    computed: t('computed, off'),
    applied: t('on'),
    stale: t('stale'),
    failed: t('failed'),
  })[state];

export const streamName = (stream: Stream): string =>
  ({ residual: t('Residual stream'), attention: t('Attention'), mlp: t('MLP') })[stream];

export function factName(edit: {
  readonly subject: string;
  readonly targetNew: string;
  readonly targetTrue: string | null;
}): string {
  const { subject, targetNew, targetTrue } = edit;
  return targetTrue === null ? `${subject} → ${targetNew}` : `${subject}: ${targetTrue} → ${targetNew}`;
}
