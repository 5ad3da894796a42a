import type { ComponentChildren, VNode } from 'preact';
import { useEffect, useRef } from 'preact/hooks';

interface RadiosProps {
  /** What is chosen, for screen readers. */
  readonly label: string;
  readonly class: string;
  readonly options: readonly {
    readonly content: ComponentChildren;
    /** For screen readers, where the content does not say it. */
    readonly label?: string;
  }[];
  readonly chosen: number;
  readonly onChoose: (index: number) => void;
}

const steps: Readonly<Record<string, number>> = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };

/** One of many things that are shown one behind the other: tokens, heads. Arrow keys move the choice. */
export function Radios({ label, class: className, options, chosen, onChoose }: RadiosProps): VNode {
  const group = useRef<HTMLDivElement>(null);
  useEffect(() => {
    group.current
      ?.querySelector('[aria-checked="true"]')
      ?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }, [chosen]);
  const press = (event: KeyboardEvent) => {
    const by = steps[event.key] ?? 0;
    const next = chosen + by;
    if (by === 0 || next < 0 || next >= options.length) return;
    event.preventDefault();
    onChoose(next);
    group.current?.querySelectorAll('button')[next]?.focus();
  };
  return (
    <div ref={group} class={className} role="radiogroup" aria-label={label} onKeyDown={press}>
      {options.map((option, index) => (
        <button
          key={index}
          type="button"
          role="radio"
          aria-checked={index === chosen}
          aria-label={option.label}
          tabIndex={index === chosen ? 0 : -1}
          onClick={() => onChoose(index)}
        >
          {option.content}
        </button>
      ))}
    </div>
  );
}
