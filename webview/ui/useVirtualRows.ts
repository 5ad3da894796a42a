import { elementScroll, observeElementOffset, observeElementRect, Virtualizer } from '@tanstack/virtual-core';
import type { RefObject } from 'preact';
import { useLayoutEffect, useReducer, useState } from 'preact/hooks';

interface Rows {
  readonly count: number;
  /** In CSS pixels. */
  readonly heightOf: (index: number) => number;
  /** What a head that stays covers of the view's top, in CSS pixels. */
  readonly covered: number;
}

export interface VirtualRows {
  /** The rows to be drawn: those in view and a few around them, each with its place from the top. */
  readonly rows: readonly { readonly index: number; readonly start: number; readonly size: number }[];
  /** Of all rows together, in CSS pixels. */
  readonly height: number;
  /** What of the rows is in view at a time, in CSS pixels. */
  readonly inView: number;
  /** Scrolls as little as brings a row into view. */
  readonly show: (index: number) => void;
}

/** Draws of a long list only what is in view of the element that scrolls, `list`. */
export function useVirtualRows(
  list: RefObject<HTMLDivElement | null>,
  { count, heightOf, covered }: Rows,
): VirtualRows {
  const [, redraw] = useReducer((times: number) => times + 1, 0);
  const options = {
    count,
    overscan: 12,
    scrollPaddingStart: covered,
    getScrollElement: () => list.current,
    estimateSize: heightOf,
    scrollToFn: elementScroll,
    observeElementRect,
    observeElementOffset,
    onChange: () => redraw(0),
  };
  const [virtualizer] = useState(() => new Virtualizer<HTMLDivElement, HTMLDivElement>(options));
  virtualizer.setOptions({ ...virtualizer.options, ...options });
  useLayoutEffect(() => virtualizer._didMount(), [virtualizer]);
  useLayoutEffect(() => virtualizer._willUpdate());
  // heights are remembered: another list or another font size makes others
  useLayoutEffect(() => virtualizer.measure(), [virtualizer, heightOf]);
  return {
    rows: virtualizer.getVirtualItems(),
    height: virtualizer.getTotalSize(),
    inView: Math.max(0, (virtualizer.scrollRect?.height ?? 0) - covered),
    show: (index) => virtualizer.scrollToIndex(index, { align: 'auto' }),
  };
}
