import * as l10n from '@vscode/l10n';
import type { ComponentChildren, VNode } from 'preact';
import type { Reviewed } from '../../src/protocol/review.ts';
import { movedLine } from '../../src/text/movedLine.ts';
import { visible } from '../../src/text/visible.ts';
import { confidenceName, type Tone, toneOf, toneSign, verdictName } from './names.ts';

interface VerdictCardProps {
  readonly tone: Tone;
  readonly title: string;
  /** How sure it is; null where nothing is. */
  readonly note: string | null;
  readonly evidence: readonly string[];
  /** What was edited, in one line. */
  readonly fact?: ComponentChildren;
  readonly children: ComponentChildren;
}

/** The answer first, then why. */
export function VerdictCard({ tone, title, note, evidence, fact, children }: VerdictCardProps): VNode {
  return (
    <section class={`verdict-card tone-${tone}`} aria-label={l10n.t('Verdict')}>
      <p class="verdict-line">
        <span class="verdict-sign" aria-hidden="true">
          {toneSign[tone]}
        </span>
        <strong>{title}</strong>
        {note !== null && <span class="muted">{note}</span>}
      </p>
      {fact}
      <ul class="evidence">
        {evidence.map((line, place) => (
          <li key={place}>{visible(line)}</li>
        ))}
      </ul>
      {children}
    </section>
  );
}

/** The verdict of a review against the base, with the traced fact in one line. */
export function VerdictSection({ reviewed }: { readonly reviewed: Reviewed }): VNode {
  const { verdict, confidence, evidence, findings, inventory, meaning, moved } = reviewed;
  const traced = findings.find(({ subjects }) => subjects.length > 0);
  const [subject] = traced?.subjects ?? [];
  const [fact] = traced?.facts ?? [];
  return (
    <VerdictCard
      tone={toneOf(verdict)}
      title={verdictName(verdict)}
      note={confidenceName(confidence)}
      evidence={evidence}
      fact={
        subject !== undefined && (
          <p class="fact">
            <span class="fact-subject">{visible(fact?.subject ?? subject.text)}</span>
            {fact === undefined ? (
              <span> {l10n.t('answers not found')}</span>
            ) : (
              <>
                <span>: {visible(fact.was)}</span>
                <span> → </span>
                <span class="fact-object">{visible(fact.says)}</span>
              </>
            )}
          </p>
        )
      }
    >
      <p class="prose">{meaning}</p>
      <p class="muted">
        {l10n.t(
          '{0} of {1} tensors are equal, {2} are stored in another type.',
          inventory.equal,
          inventory.tensors,
          inventory.retyped,
        )}
      </p>
      {moved !== null && <p class="muted">{movedLine(moved)}</p>}
    </VerdictCard>
  );
}
