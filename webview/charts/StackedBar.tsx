import type { VNode } from 'preact';
import './stackedBar.css';

export interface Part {
  readonly name: string;
  /** Its share of the whole is its share of the bar's length. */
  readonly value: number;
}

/** A part wide enough to carry its name, as a share of the bar. */
const NAMED = 0.09;

/** Parts of a whole side by side. `spoken` is what a screen reader hears of it; each part also has a pattern. */
export function StackedBar({
  parts,
  spoken,
}: {
  readonly parts: readonly Part[];
  readonly spoken: string;
}): VNode {
  const whole = parts.reduce((sum, { value }) => sum + value, 0);
  return (
    <div class="stacked-bar" role="img" aria-label={spoken}>
      {parts.map(({ name, value }, index) => (
        <div key={name} class={swatch(index)} style={{ flexGrow: value }} title={name}>
          {value / whole >= NAMED && <span>{name}</span>}
        </div>
      ))}
    </div>
  );
}

/** The mark of a part in a legend. */
export function Swatch({ index }: { readonly index: number }): VNode {
  return <span class={`stacked-bar-swatch ${swatch(index)}`} aria-hidden="true" />;
}

/** Colours and patterns repeat at different periods, so that the first thirty parts all differ. */
const swatch = (index: number): string => `part colour-${index % 6} pattern-${index % 5}`;
