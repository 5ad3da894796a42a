import type { ComponentChildren, ComponentType, Ref } from 'preact';

/** What every element takes besides its own attributes. */
interface Common {
  readonly id?: string | undefined;
  readonly class?: string | undefined;
  readonly slot?: string | undefined;
  readonly ref?: Ref<HTMLElement | null>;
  readonly children?: ComponentChildren;
}

/**
 * One of the toolkit's elements as a component with typed attributes: preact renders a tag by its name, sets what
 * the element has as a property, the rest as attributes, and listens to its DOM events.
 */
export function toolkit<Attributes extends object>(
  tag: `vscode-${string}`,
): ComponentType<Attributes & Common> {
  const element: unknown = tag;
  return element as ComponentType<Attributes & Common>;
}
