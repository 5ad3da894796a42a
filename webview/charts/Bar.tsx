import type { VNode } from 'preact';

/** A share of 1 as a bar behind or below a number, which says the same in text. */
export function Bar({ share, tone }: { readonly share: number; readonly tone: 'before' | 'after' }): VNode {
  const width = Number.isFinite(share) ? Math.min(1, Math.max(0, share)) * 100 : 0;
  return (
    <span class={`bar bar-${tone}`} aria-hidden="true">
      <span style={{ width: `${width}%` }} />
    </span>
  );
}
