import * as l10n from '@vscode/l10n';
import type { VNode } from 'preact';
import type { Measured, MeasuredEdit } from '../../src/protocol/editing.ts';
import { outcomeOf } from '../../src/protocol/outcome.ts';
import type { ProbeComparison } from '../../src/protocol/probe.ts';
import { shownPrompt } from '../../src/protocol/promptWords.ts';
import { magnitude, share } from '../../src/text/numbers.ts';
import { visible } from '../../src/text/visible.ts';
import { TopToken } from '../inspector/locality/TopToken.tsx';
import { Verdict } from '../inspector/locality/Verdict.tsx';
import { kindName } from '../inspector/names.ts';
import { DataTable } from '../ui/DataTable.tsx';

/** Edits that are shown whole; of the others the numbers are in the JSON. */
const most = 20;

/** What each edit did, in a sentence, and every probe before and after. */
export function MeasuredResult({ measured: { edits } }: { readonly measured: Measured }): VNode {
  return (
    <>
      {edits.slice(0, most).map((edit) => (
        <EditResult key={edit.id} edit={edit} />
      ))}
      {edits.length > most && <p class="muted">{l10n.t('... and {0} more', edits.length - most)}</p>}
    </>
  );
}

function EditResult({ edit }: { readonly edit: MeasuredEdit }): VNode {
  const { id, es, ps, ns, score, driftKl, probes } = edit;
  return (
    <section>
      <h3>{visible(id)}</h3>
      <p>{outcomeOf(edit).sentence}</p>
      <p class="muted">
        {`ES ${share(es)} · PS ${share(ps)} · NS ${share(ns)} · S ${share(score)} · KL ${magnitude(driftKl)}`}
      </p>
      <DataTable
        label={l10n.t('Probes before and after')}
        rows={probes}
        columns={[
          { name: l10n.t('Prompt'), cell: ({ probe }: ProbeComparison) => shownPrompt(probe.prompt) },
          { name: l10n.t('Kind'), cell: ({ probe }) => <span class="whole">{kindName(probe.kind)}</span> },
          { name: l10n.t('Verdict'), cell: (probe) => <Verdict comparison={probe} /> },
          { name: l10n.t('Before'), cell: ({ before }) => <TopToken top={before.top[0]} tone="before" /> },
          { name: l10n.t('After'), cell: ({ after }) => <TopToken top={after.top[0]} tone="after" /> },
          { name: l10n.t('KL (nats)'), number: true, cell: ({ kl }) => magnitude(kl) },
        ]}
      />
    </section>
  );
}
