import * as l10n from '@vscode/l10n';
import type { VNode } from 'preact';
import { Button } from '../../ui/Button.tsx';

interface ZoomButtonsProps {
  readonly zoom: number;
  readonly onZoom: (zoom: number) => void;
}

const step = 1.4;

/** How large the cells are; 1 fits the window. */
export function ZoomButtons({ zoom, onZoom }: ZoomButtonsProps): VNode {
  return (
    <span class="zoom">
      <Button kind="icon" label={l10n.t('Smaller cells')} onClick={() => onZoom(zoom / step)}>
        −
      </Button>
      <Button kind="icon" label={l10n.t('Larger cells')} onClick={() => onZoom(zoom * step)}>
        +
      </Button>
      <Button kind="icon" label={l10n.t('Fit to Window')} onClick={() => onZoom(1)}>
        ⤢
      </Button>
    </span>
  );
}
