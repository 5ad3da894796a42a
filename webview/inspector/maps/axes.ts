import * as l10n from '@vscode/l10n';
import type { EditedPlace } from './editedPlace.ts';

/** What the rows and columns of heatmaps stand for. */
export interface Axes {
  readonly columnLabels: readonly string[];
  readonly rowLabel: (row: number) => string;
  /** Room for the rows' labels, in CSS pixels. */
  readonly gutterLeft: number;
  /** In a line: what runs down, what across. */
  readonly caption: string;
  /** How large it is, for screen readers. */
  readonly size: (rows: number, columns: number) => string;
}

/** @param edited is marked with a star */
export function layersByTokens(labels: readonly string[], edited?: EditedPlace): Axes {
  const { layers, tokens } = edited ?? nowhere;
  return {
    columnLabels: labels.map((label, token) => (tokens.has(token) ? `*${label}` : label)),
    rowLabel: (layer) => (layers.has(layer) ? `*${layer}` : String(layer)),
    gutterLeft: 34,
    caption:
      layers.size + tokens.size === 0
        ? l10n.t('layers down, tokens across')
        : l10n.t('layers down, tokens across; * edited layer and subject'),
    size: (rows, columns) => l10n.t('{0} layers and {1} tokens', rows, columns),
  };
}

const nowhere: EditedPlace = { layers: new Set(), tokens: new Set() };

/** Of a row's label, in characters. */
const maxLength = 11;

export function tokensByTokens(labels: readonly string[]): Axes {
  return {
    columnLabels: labels,
    rowLabel(row) {
      const label = labels[row] ?? '';
      return label.length > maxLength ? `${label.slice(0, maxLength - 1)}…` : label;
    },
    gutterLeft: 92,
    caption: l10n.t('each row reads the columns'),
    size: (rows) => l10n.t('{0} tokens that read and are read', rows),
  };
}
