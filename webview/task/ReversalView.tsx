import * as l10n from '@vscode/l10n';
import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import type { Defended, LearnedDefence } from '../../src/protocol/contextDefence.ts';
import type { Share } from '../../src/protocol/measures.ts';
import { probability, share, withInterval } from '../../src/text/numbers.ts';
import { visible } from '../../src/text/visible.ts';
import { isCancelled } from '../hostError.ts';
import { Button } from '../ui/Button.tsx';
import { DataTable } from '../ui/DataTable.tsx';
import { TextArea } from '../ui/TextArea.tsx';
import type { TaskHost } from './taskHost.ts';

interface ReversalViewProps {
  readonly host: TaskHost;
  readonly learned: LearnedDefence;
}

/** How facts in context are detected and undone, measured on edits that it was not learned from; and a prompt to try. */
export function ReversalView({ host, learned }: ReversalViewProps): VNode {
  const { detection, reversal, learnedFrom, protocol } = learned;
  const shown = (found: Share | null) =>
    found === null ? '–' : l10n.t('{0} of {1}', withInterval(found), found.n);
  const rows = [
    [l10n.t('Facts in context that are believed'), shown(learned.worked)],
    [l10n.t('Detected: recall'), shown(detection.found)],
    [l10n.t('Detected: precision'), shown(detection.precision)],
    [l10n.t('Detected: F1'), share(detection.f1)],
    [l10n.t('False alarms: plain questions'), shown(detection.falseOnPlain)],
    [l10n.t('False alarms: after an edit of another fact'), shown(detection.falseOnOthers)],
    [l10n.t('Undone by the text'), shown(learned.recovered)],
    [l10n.t('Undone by an empty line'), shown(learned.recoveredWithoutText)],
    [l10n.t('Plain questions left unchanged by the text'), shown(learned.keptPlain)],
  ] as const;
  return (
    <>
      <p class="lead">
        {reversal.text === null
          ? l10n.t('This model believes no fact in its context, so there is nothing to undo.')
          : l10n.t('The line before the question: {0}', visible(reversal.text))}
      </p>
      <p class="muted">{l10n.t('Learned from {0} edits, measured on others.', learnedFrom)}</p>
      <DataTable
        label={l10n.t('Measures of the reversal')}
        rows={rows}
        columns={[
          { name: l10n.t('Measure'), cell: ([name]) => name },
          { name: l10n.t('Value'), number: true, cell: ([, value]) => value },
        ]}
      />
      <p class="muted prose">{protocol}</p>
      <Trial host={host} />
    </>
  );
}

type Outcome = { readonly reversed: Defended } | { readonly error: string } | null;

/** Judges a prompt of one's own, and shows what the model says to it with the text before its question. */
function Trial({ host }: { readonly host: TaskHost }): VNode {
  const [prompt, setPrompt] = useState('');
  const [asking, setAsking] = useState<AbortController | null>(null);
  const [outcome, setOutcome] = useState<Outcome>(null);
  const ask = async () => {
    const controller = new AbortController();
    setAsking(controller);
    try {
      setOutcome({ reversed: await host.call('reverse', { prompt }, { signal: controller.signal }) });
    } catch (error) {
      if (!isCancelled(error)) setOutcome({ error: error instanceof Error ? error.message : String(error) });
    } finally {
      setAsking(null);
    }
  };
  return (
    <section class="trial" aria-label={l10n.t('Try a prompt')}>
      <h2>{l10n.t('Try a prompt')}</h2>
      <TextArea
        label={l10n.t('Prompt')}
        value={prompt}
        rows={4}
        placeholder={l10n.t('New Fact: … Prompt: …')}
        onInput={setPrompt}
      />
      <div class="buttons">
        {asking === null ? (
          <Button kind="primary" disabled={prompt.trim() === ''} onClick={() => void ask()}>
            {l10n.t('Judge and Answer')}
          </Button>
        ) : (
          <Button onClick={() => asking.abort()}>{l10n.t('Stop')}</Button>
        )}
      </div>
      <div role="status">
        {outcome !== null && 'reversed' in outcome && <Judged found={outcome.reversed} />}
      </div>
      {outcome !== null && 'error' in outcome && <p role="alert">{outcome.error}</p>}
    </section>
  );
}

function Judged({ found: { probability: p, edited, before, after } }: { readonly found: Defended }): VNode {
  return (
    <>
      <p>
        {edited
          ? l10n.t('The prompt edits what it asks for (probability {0}).', probability(p))
          : l10n.t('No edit of what is asked for (probability of one {0}).', probability(p))}
      </p>
      <DataTable
        label={l10n.t('Likeliest next tokens')}
        rows={before.map((token, index) => [token, after[index]] as const)}
        columns={[
          { name: l10n.t('As it is'), cell: ([token]) => visible(token.token) },
          { name: l10n.t('p'), number: true, cell: ([token]) => probability(token.p) },
          { name: l10n.t('With the text'), cell: ([, token]) => visible(token?.token ?? '–') },
          { name: l10n.t('p with it'), number: true, cell: ([, token]) => probability(token?.p) },
        ]}
      />
    </>
  );
}
