import * as l10n from '@vscode/l10n';
import type { ComponentChildren, VNode } from 'preact';
import type { HeaderKind, HeaderView, Surroundings } from '../../src/protocol/headerPage.ts';
import { visible } from '../../src/text/visible.ts';
import { Badge } from '../ui/Badge.tsx';
import { count, decimal, exact, percent, size } from './format.ts';

interface SummaryProps {
  readonly view: HeaderView;
  readonly surroundings: Surroundings | null;
  /** The buttons. */
  readonly children: ComponentChildren;
}

/** What the file is, in a few words and figures. */
export function Summary({ view, surroundings, children }: SummaryProps): VNode {
  return (
    <header class="summary">
      <div class="title">
        <div>
          <h1>{visible(view.title)}</h1>
          <p class="muted">
            {kindName(view.kind)}
            {' · '}
            <span class="mono">{visible(view.files[0] ?? '')}</span>
            {view.files.length > 1 && ` · ${l10n.t('{0} files', view.files.length)}`}
          </p>
        </div>
        {children}
      </div>
      <State surroundings={surroundings} />
      {view.problem !== null && (
        <p class="problem" role="alert">
          {view.problem}
        </p>
      )}
      {view.version === null && view.kind === 'model' && view.problem === null && (
        <p class="hint">
          {l10n.t(
            'Stored as safetensors: it can be reviewed and compared. To load or edit it, convert it to GGUF with convert_hf_to_gguf.py of llama.cpp.',
          )}
        </p>
      )}
      {surroundings?.trusted === false && (
        <p class="hint">
          {l10n.t('Restricted Mode: the header can be viewed. Loading and editing need a trusted folder.')}
        </p>
      )}
      <dl class="facts large">
        {facts(view).map(({ name, value, more }) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd title={more}>{value}</dd>
          </div>
        ))}
      </dl>
    </header>
  );
}

function State({ surroundings }: { readonly surroundings: Surroundings | null }): VNode {
  const state = surroundings?.state ?? null;
  return (
    <div class="state" role="status">
      {state?.base && <Badge>{l10n.t('Base')}</Badge>}
      {state?.name === 'loading' && (
        <span>
          {state.stage ?? l10n.t('loading')}
          {state.fraction !== null && ` · ${percent(state.fraction)}`}
        </span>
      )}
      {state?.name === 'ready' && <span>{patchesOn(state.patchesOn)}</span>}
      {state?.name === 'failed' && <span class="problem">{state.error}</span>}
    </div>
  );
}

const patchesOn = (patches: number): string =>
  patches === 0
    ? l10n.t('Loaded; no patch is on.')
    : patches === 1
      ? l10n.t('Loaded; 1 patch is on.')
      : l10n.t('Loaded; {0} patches are on.', patches);

function kindName(kind: HeaderKind): string {
  switch (kind) {
    case 'model':
      return l10n.t('Model');
    case 'adapter':
      return l10n.t('Patch (LoRA adapter)');
    case 'projector':
      return l10n.t('Projector of a model for images or audio');
    case 'vocabulary':
      return l10n.t('Vocabulary without weights');
    case 'control vector':
      return l10n.t('Control vector');
    case 'importance matrix':
      return l10n.t('Importance matrix');
    case 'tensors':
      return l10n.t('Tensors without the configuration of a model');
  }
}

interface Fact {
  readonly name: string;
  readonly value: string;
  /** The same, exactly. */
  readonly more?: string;
}

function facts({
  architecture,
  parameters,
  bitsPerWeight,
  bytes,
  model,
  tensors,
  problem,
}: HeaderView): Fact[] {
  const known = (name: string, value: number | null, text: (value: number) => string): Fact[] =>
    value === null ? [] : [{ name, value: text(value), more: exact(value) }];
  return [
    ...(architecture === null ? [] : [{ name: l10n.t('Architecture'), value: architecture }]),
    ...known(l10n.t('Parameters'), parameters, count),
    ...known(l10n.t('Size'), bytes, size),
    ...(parameters === 0 ? [] : [{ name: l10n.t('Bits per weight'), value: decimal(bitsPerWeight) }]),
    ...known(l10n.t('Layers'), model?.layers ?? null, exact),
    ...known(l10n.t('Width'), model?.embedding ?? null, exact),
    ...known(l10n.t('Context'), model?.contextLength ?? null, (length) =>
      l10n.t('{0} tokens', exact(length)),
    ),
    ...known(l10n.t('Vocabulary'), model?.vocabulary ?? null, (length) =>
      l10n.t('{0} tokens', exact(length)),
    ),
    ...(problem !== null ? [] : known(l10n.t('Memory to load'), model?.memory?.total ?? null, size)),
    ...(model === null ? [{ name: l10n.t('Tensors'), value: exact(tensors.names.length) }] : []),
  ];
}
