import * as l10n from '@vscode/l10n';
import type { VNode } from 'preact';
import type { TensorReview } from '../../src/protocol/review.ts';
import { magnitude, probability } from '../../src/text/numbers.ts';
import { visible } from '../../src/text/visible.ts';
import { SpectrumBars } from '../charts/SpectrumBars.tsx';
import { standOut } from './ChangeMapSection.tsx';
import { DiffLines } from './DiffLines.tsx';
import { RewrittenRows } from './RewrittenRows.tsx';
import type { Selected } from './selection.ts';
import { TracedFact } from './TracedFact.tsx';

/** All that is known of one finding or tensor: what was edited, its spectrum, its numbers; of metadata, what differs. */
export function Detail({ selected }: { readonly selected: Selected }): VNode {
  const { title, finding, tensor } = selected;
  return (
    <section class="detail" aria-label={l10n.t('The selected finding')}>
      <h3 class={finding?.tensor === null ? 'detail-title' : 'mono detail-title'}>{visible(title)}</h3>
      {finding !== undefined && finding.summary !== title && <p class="prose">{visible(finding.summary)}</p>}
      {finding !== undefined && (finding.subjects.length > 0 || finding.objects.length > 0) && (
        <TracedFact subjects={finding.subjects} objects={finding.objects} />
      )}
      {finding !== undefined && finding.rows.length > 0 && <RewrittenRows rows={finding.rows} />}
      {tensor !== undefined && <TensorFacts tensor={tensor} energy={finding?.energy ?? null} />}
      {finding?.detail != null && <DiffLines text={finding.detail} />}
    </section>
  );
}

function TensorFacts({
  tensor,
  energy,
}: {
  readonly tensor: TensorReview;
  readonly energy: number | null;
}): VNode {
  const { types, relative, floor, max, changed, values, edge, spikes } = tensor;
  const [first] = values;
  const facts: readonly (readonly [string, string])[] = [
    ['‖ΔW‖/‖W‖', magnitude(relative)],
    [l10n.t('rounding alone'), floor === 0 ? '–' : magnitude(floor)],
    [l10n.t('weights that differ'), probability(changed)],
    [l10n.t('largest difference'), magnitude(max)],
    [l10n.t('type'), types[0] === types[1] ? types[0] : types.join(' → ')],
    ...(energy === null ? [] : [[l10n.t('share along the spikes'), probability(energy)] as const]),
  ];
  return (
    <div class="tensor-facts">
      {first !== undefined && (
        <figure>
          <figcaption>
            <h4>{l10n.t('Spectrum of the change')}</h4>
            <span class="muted">
              {edge !== null && edge > 0
                ? l10n.t(
                    'σ₁ is {0}, {1} times the edge of the noise',
                    magnitude(first),
                    magnitude(first / edge),
                  )
                : l10n.t('σ₁ is {0}', magnitude(first))}
            </span>
          </figcaption>
          <SpectrumBars
            spectrum={{ values, edge, spikes }}
            label={l10n.t('Singular values of the change: {0}', standOut(spikes))}
          />
        </figure>
      )}
      <dl class="facts">
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt class="muted">{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </div>
  );
}
