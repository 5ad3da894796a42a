import * as l10n from '@vscode/l10n';
import type { ComponentChildren, VNode } from 'preact';
import type { Cell } from '../../charts/matrix.ts';

interface ReadoutProps {
  /** The one that is pointed at, else the pinned one. */
  readonly cell: Cell | undefined;
  readonly children: (cell: Cell) => ComponentChildren;
}

/** What is read out of a cell of a heatmap, for the eye and for screen readers; how to read one, where there is none. */
export function Readout({ cell, children }: ReadoutProps): VNode {
  return (
    <p class={cell === undefined ? 'readout muted' : 'readout'} role="status">
      {cell === undefined
        ? l10n.t('Point at a cell to read it; click or press Enter to pin it.')
        : children(cell)}
    </p>
  );
}

/** One number of a readout, with its name. */
export function ReadoutValue({ name, text }: { readonly name: string; readonly text: string }): VNode {
  return (
    <span class="readout-value">
      <span class="muted">{name}</span> <b>{text}</b>
    </span>
  );
}
