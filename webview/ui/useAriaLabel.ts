import type { RefObject } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';

/**
 * Names an element for screen readers. Some of the toolkit's elements give themselves a name such as "Text field" when
 * they come into the page, whatever attribute they had, so it is set behind that.
 */
export function useAriaLabel(label: string): RefObject<HTMLElement | null> {
  const element = useRef<HTMLElement>(null);
  useLayoutEffect(() => element.current?.setAttribute('aria-label', label), [label]);
  return element;
}
