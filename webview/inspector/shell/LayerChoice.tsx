import * as l10n from '@vscode/l10n';
import type { VNode } from 'preact';
import { Dropdown } from '../../ui/Dropdown.tsx';

interface LayerChoiceProps {
  readonly layers: number;
  readonly layer: number;
  readonly onLayer: (layer: number) => void;
}

/** Which layer is read. */
export function LayerChoice({ layers, layer, onLayer }: LayerChoiceProps): VNode {
  return (
    <Dropdown
      label={l10n.t('Layer')}
      value={String(layer)}
      options={Array.from({ length: layers }, (_, at) => ({
        value: String(at),
        text: l10n.t('Layer {0}', at),
      }))}
      onChange={(value) => onLayer(Number(value))}
    />
  );
}
