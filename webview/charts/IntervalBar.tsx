import type { VNode } from 'preact';
import './intervalBar.css';

interface IntervalBarProps {
  /** In the unit of `most`; null leaves the bar empty. */
  readonly value: number | null;
  readonly low?: number;
  readonly high?: number;
  /** What the whole width stands for. */
  readonly most: number;
}

/** A bar with its interval, beside a number that says the same in text. */
export function IntervalBar({ value, low, high, most }: IntervalBarProps): VNode {
  const percent = (part: number) => `${Math.min(1, Math.max(0, part / most)) * 100}%`;
  return (
    <span class="interval-bar" aria-hidden="true">
      {value !== null && Number.isFinite(value) && (
        <span class="interval-value" style={{ width: percent(value) }} />
      )}
      {low !== undefined && high !== undefined && (
        <span
          class="interval-range"
          style={{ left: percent(low), width: `calc(${percent(high)} - ${percent(low)})` }}
        />
      )}
    </span>
  );
}
