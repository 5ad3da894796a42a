import * as l10n from '@vscode/l10n';
import type { VNode } from 'preact';
import type { PatchedEdit as Edit, PatchMeasures } from '../../src/protocol/patches.ts';
import { shownPrompt } from '../../src/protocol/promptWords.ts';
import { visible } from '../../src/text/visible.ts';
import { exact, figure } from './format.ts';

type Measured = PatchMeasures['edits'][number];

interface PatchedEditProps {
  readonly edit: Edit;
  /** What was measured of this edit; null where nothing was. */
  readonly measured: Measured | null;
}

/** One fact of a patch: what it was, what it is, and how it was made so. */
export function PatchedEdit({ edit, measured }: PatchedEditProps): VNode {
  const { subject, target, id } = edit;
  const prompt = shownPrompt(edit.prompt);
  const at = prompt.indexOf(subject);
  return (
    <article class="edit" aria-label={visible(subject)}>
      <h3>
        {visible(subject)}
        {target.true !== undefined && (
          <>
            : <del>{visible(target.true.trim())}</del>
          </>
        )}{' '}
        <span aria-hidden="true">→</span> <ins>{visible(target.new.trim())}</ins>
      </h3>
      <p class="prompt">
        {at < 0 ? (
          visible(prompt)
        ) : (
          <>
            {visible(prompt.slice(0, at))}
            <mark>{visible(subject)}</mark>
            {visible(prompt.slice(at + subject.length))}
          </>
        )}
        {' …'}
      </p>
      <dl class="facts">
        {[...how(edit), ...(measured === null ? [] : scores(measured))].map(({ name, value, more }) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd title={more}>{value}</dd>
          </div>
        ))}
      </dl>
      <p class="muted mono">{visible(id)}</p>
    </article>
  );
}

interface Figure {
  readonly name: string;
  readonly value: string;
  readonly more?: string;
}

function how(edit: Edit): Figure[] {
  const { method, layer, layerReason, relativeNorm, relativeUpdateNorm, updateNorm, steps, nll } = edit;
  const [first, last] = nll;
  return [
    { name: l10n.t('Method'), value: method },
    { name: l10n.t('Layer'), value: exact(layer), ...(layerReason !== undefined && { more: layerReason }) },
    { name: '‖δ‖ / ‖v₀‖', value: figure(relativeNorm) },
    relativeUpdateNorm === undefined
      ? { name: '‖ΔW‖', value: figure(updateNorm) }
      : { name: '‖ΔW‖ / ‖W‖', value: figure(relativeUpdateNorm) },
    {
      name: l10n.t('NLL of the new answer'),
      value: `${figure(first)} → ${figure(last)}`,
      more: l10n.t('Mean negative log-likelihood per target token, in nats, over {0} steps', steps),
    },
  ];
}

function scores({ es, ps, ns, score, generationMatch, driftKl }: Measured): Figure[] {
  const share = (name: string, value: number | null, more: string): Figure[] =>
    value === null ? [] : [{ name, value: figure(value), more }];
  return [
    ...share('ES', es, l10n.t('Efficacy: the new answer is likelier than the true one')),
    ...share('PS', ps, l10n.t('The same on paraphrases')),
    ...share('NS', ns, l10n.t('Neighbors keep their answers')),
    ...share('S', score, l10n.t('Harmonic mean of the three')),
    ...(generationMatch === null
      ? []
      : [
          {
            name: l10n.t('Generates it'),
            value: generationMatch ? l10n.t('yes') : l10n.t('no'),
            more: l10n.t('The new answer is in the greedy continuation'),
          },
        ]),
    ...share(l10n.t('Drift'), driftKl, l10n.t('Mean KL(before ‖ after) on control text, in nats')),
  ];
}
