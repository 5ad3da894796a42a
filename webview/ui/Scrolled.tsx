import type { ComponentChildren, VNode } from 'preact';

interface ScrolledProps {
  /** The name for screen readers. */
  readonly label: string;
  readonly children: ComponentChildren;
}

/** Fills the room that is left and scrolls by itself, by keyboard too. */
export function Scrolled({ label, children }: ScrolledProps): VNode {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <section class="scrolled" aria-label={label} tabIndex={0}>
      {children}
    </section>
  );
}
