import * as l10n from '@vscode/l10n';
import type { VNode } from 'preact';
import { useCallback, useRef } from 'preact/hooks';
import { Canvas } from './Canvas.tsx';
import type { ColourScale } from './colourScale.ts';
import { rampFor } from './ramps.ts';
import { useTheme } from './theme.ts';
import { useSize } from './useSize.ts';

interface LegendProps {
  readonly scale: ColourScale;
  /** What the colours stand for. */
  readonly label: string;
  readonly text: (value: number) => string;
  /** Whether some cells have no finite value, so that their marks need a word. */
  readonly marked: boolean;
}

const barHeight = 10;

/** The ramp with its round values, and the marks of what is not finite. */
export function Legend({ scale, label, text, marked }: LegendProps): VNode {
  const theme = useTheme();
  const room = useRef<HTMLDivElement>(null);
  const { width } = useSize(room);
  const paint = useCallback(
    (context: CanvasRenderingContext2D) => {
      const ramp = rampFor(scale.diverging, theme.dark);
      for (let x = 0; x < width; x++) {
        context.fillStyle = ramp(width > 1 ? x / (width - 1) : 0);
        context.fillRect(x, 0, 1, barHeight);
      }
    },
    [scale, theme, width],
  );
  return (
    <div class="legend">
      <span class="muted">{label}</span>
      <div class="legend-ramp" ref={room}>
        <Canvas width={width} height={barHeight} paint={paint} />
        {scale.ticks.map((tick) => (
          <span key={tick} class="legend-tick" style={{ left: `${scale.place(tick) * 100}%` }}>
            {text(tick)}
          </span>
        ))}
      </div>
      {marked && <span class="legend-marks">{l10n.t('× not a number · ∧ ∨ infinite')}</span>}
    </div>
  );
}
