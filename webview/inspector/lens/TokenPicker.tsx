import * as l10n from '@vscode/l10n';
import type { VNode } from 'preact';
import { useEffect, useRef } from 'preact/hooks';

interface TokenPickerProps {
  readonly labels: readonly string[];
  readonly chosen: number;
  readonly onChoose: (position: number) => void;
}

/** The prompt token by token: the lens reads at the chosen one. Arrow keys move the choice. */
export function TokenPicker({ labels, chosen, onChoose }: TokenPickerProps): VNode {
  const strip = useRef<HTMLDivElement>(null);
  useEffect(() => {
    strip.current
      ?.querySelector('[aria-checked="true"]')
      ?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }, [chosen]);
  const press = (event: KeyboardEvent) => {
    const by = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    const next = chosen + by;
    if (by === 0 || next < 0 || next >= labels.length) return;
    event.preventDefault();
    onChoose(next);
    strip.current?.querySelectorAll('button')[next]?.focus();
  };
  return (
    <div
      ref={strip}
      class="tokens"
      role="radiogroup"
      aria-label={l10n.t('Token that the lens reads at')}
      onKeyDown={press}
    >
      {labels.map((label, position) => (
        <button
          key={position}
          type="button"
          role="radio"
          aria-checked={position === chosen}
          tabIndex={position === chosen ? 0 : -1}
          onClick={() => onChoose(position)}
        >
          {label}
        </button>
      ))}
    </div>
  );
}
