import { t } from '@vscode/l10n';
import type { VNode } from 'preact';
import type { PatchedEdit as Edit, PatchMeasures } from '../../src/protocol/editing.ts';
import { exact, figure } from './format.ts';

type Measured = PatchMeasures['edits'][number];

interface PatchedEditProps {
  readonly edit: Edit;
  /** What was measured of this edit; null where nothing was. */
  readonly measured: Measured | null;
}

/** One fact of a patch: what it was, what it is, and how it was made so. */
export function PatchedEdit({ edit, measured }: PatchedEditProps): VNode {
  const { subject, target, prompt, id } = edit;
  const at = prompt.indexOf(subject);
  return (
    <article class="edit" aria-label={subject}>
      <h3>
        {subject}
        {target.true !== undefined && (
          <>
            : <del>{target.true.trim()}</del>
          </>
        )}{' '}
        <span aria-hidden="true">→</span> <ins>{target.new.trim()}</ins>
      </h3>
      <p class="prompt">
        {at < 0 ? (
          prompt
        ) : (
          <>
            {prompt.slice(0, at)}
            <mark>{subject}</mark>
            {prompt.slice(at + subject.length)}
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
      <p class="muted mono">{id}</p>
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
    { name: t('Method'), value: method },
    { name: t('Layer'), value: exact(layer), ...(layerReason !== undefined && { more: layerReason }) },
    { name: '‖δ‖ / ‖v₀‖', value: figure(relativeNorm) },
    relativeUpdateNorm === undefined
      ? { name: '‖ΔW‖', value: figure(updateNorm) }
      : { name: '‖ΔW‖ / ‖W‖', value: figure(relativeUpdateNorm) },
    {
      name: t('NLL of the new answer'),
      value: `${figure(first)} → ${figure(last)}`,
      more: t('Mean negative log-likelihood per target token, in nats, over {0} steps', steps),
    },
  ];
}

function scores({ es, ps, ns, score, generationMatch, driftKl }: Measured): Figure[] {
  const share = (name: string, value: number | null, more: string): Figure[] =>
    value === null ? [] : [{ name, value: figure(value), more }];
  return [
    ...share('ES', es, t('Efficacy: the new answer is likelier than the true one')),
    ...share('PS', ps, t('The same on paraphrases')),
    ...share('NS', ns, t('Neighbours keep their answers')),
    ...share('S', score, t('Harmonic mean of the three')),
    {
      name: t('Generates it'),
      value: generationMatch ? t('yes') : t('no'),
      more: t('The new answer is in the greedy continuation'),
    },
    { name: t('Drift'), value: figure(driftKl), more: t('Mean KL(before ‖ after) on control text, in nats') },
  ];
}
