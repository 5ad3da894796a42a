import type { VNode } from 'preact';
import { useCallback, useRef } from 'preact/hooks';
import { Canvas } from './Canvas.tsx';
import type { LineChart } from './lineChart.ts';
import { paintLines } from './linePainter.ts';
import { useTheme } from './theme.ts';
import { useSize } from './useSize.ts';

interface LinePictureProps {
  /** What it shows, for screen readers; a table beside it has the numbers. */
  readonly label: string;
  readonly chart: LineChart;
}

/** A line chart as wide as its room, with a key of its lines. */
export function LinePicture({ label, chart }: LinePictureProps): VNode {
  const theme = useTheme();
  const room = useRef<HTMLDivElement>(null);
  const size = useSize(room);
  const paint = useCallback(
    (context: CanvasRenderingContext2D) => paintLines(context, chart, size, theme),
    [chart, size, theme],
  );
  return (
    <figure class="line-picture">
      <figcaption class="key">
        {chart.lines.map(({ name, series, dashed }) => (
          <span key={name} class="key-entry">
            <svg width="22" height="8" aria-hidden="true">
              <line
                x1="1"
                x2="21"
                y1="4"
                y2="4"
                stroke={theme.series[series % theme.series.length]}
                stroke-width="2"
                stroke-dasharray={dashed ? '5 3' : 'none'}
              />
            </svg>
            {name}
          </span>
        ))}
      </figcaption>
      <div class="line-room" ref={room} role="img" aria-label={label}>
        <Canvas {...size} paint={paint} />
      </div>
    </figure>
  );
}
