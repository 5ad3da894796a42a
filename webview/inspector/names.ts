import * as l10n from '@vscode/l10n';
import type { InspectedEditState, Tab } from '../../src/protocol/inspector.ts';
import type { ProbeProtocol, ReadingKind } from '../../src/protocol/probe.ts';
import type { Stream } from '../../src/protocol/streams.ts';
import { strength as written } from '../../src/text/numbers.ts';

/** What things are called on the page. Functions, as the user's language is known only when the page has connected. */

export const tabName = (tab: Tab): string =>
  ({
    locality: l10n.t('Locality'),
    activations: l10n.t('Activations'),
    lens: l10n.t('Lens'),
    attention: l10n.t('Attention'),
    neurons: l10n.t('Neurons'),
    trace: l10n.t('Trace'),
    attribution: l10n.t('Attribution'),
    edit: l10n.t('Edit'),
    try: l10n.t('Try'),
  })[tab];

export const kindName = (kind: ReadingKind): string =>
  ({
    efficacy: l10n.t('Edited prompt'),
    paraphrase: l10n.t('Paraphrases'),
    neighbourhood: l10n.t('Neighborhood'),
    portability: l10n.t('Portability'),
    sameSubject: l10n.t('Same subject'),
    text: l10n.t('Free text'),
  })[kind];

/** What is hoped of the probes of a kind. */
export const kindMeaning = (kind: ReadingKind): string =>
  ({
    efficacy: l10n.t('should give the new answer'),
    paraphrase: l10n.t('should give the new answer'),
    neighbourhood: l10n.t('should stay as they were'),
    portability: l10n.t('should give what follows from the new answer'),
    sameSubject: l10n.t('should stay as they were'),
    text: l10n.t('should stay as they were; not judged'),
  })[kind];

/** How a probe is judged, in a sentence. */
export const protocolMeaning = (protocol: ProbeProtocol): string =>
  ({
    counterfact: l10n.t('CounterFact: mean NLL per target token, new against true'),
    'teacher-forced': l10n.t('EasyEdit: every target token is the likeliest at its place'),
    unchanged: l10n.t(
      'EasyEdit locality: the likeliest token is the one before the edit, at every place of the true target',
    ),
    none: l10n.t('Shown, not judged'),
  })[protocol];

export const stateName = ({
  state,
  strength,
}: {
  readonly state: InspectedEditState;
  readonly strength: number | null;
}): string =>
  ({
    'not-computed': l10n.t('not computed'),
    computing: l10n.t('computing'),
    computed: l10n.t('computed, off'),
    applied: l10n.t('on at {0}', written(strength ?? 1)),
    stale: l10n.t('stale'),
    failed: l10n.t('failed'),
  })[state];

export const streamName = (stream: Stream): string =>
  ({ residual: l10n.t('Residual stream'), attention: l10n.t('Attention'), mlp: l10n.t('MLP') })[stream];

export function factName(edit: {
  readonly subject: string;
  readonly targetNew: string;
  readonly targetTrue: string | null;
}): string {
  const { subject, targetNew, targetTrue } = edit;
  return targetTrue === null ? `${subject} → ${targetNew}` : `${subject}: ${targetTrue} → ${targetNew}`;
}
