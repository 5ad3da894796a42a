import * as l10n from '@vscode/l10n';
import type { VNode } from 'preact';
import './spectrumBars.css';
import { type Spectrum, spectrumPicture } from './spectrum.ts';

const width = 320;
const height = 130;

interface SpectrumBarsProps {
  readonly spectrum: Spectrum;
  /** What it shows with its numbers, for screen readers. */
  readonly label: string;
}

/** Singular values as bars on a logarithmic scale; those that stand out are filled, the noise's edge is dashed. */
export function SpectrumBars({ spectrum, label }: SpectrumBarsProps): VNode {
  const { bars, edge } = spectrumPicture(spectrum);
  const line = edge === null ? null : height * (1 - edge);
  return (
    <svg class="spectrum-bars" viewBox={`0 0 ${width} ${height}`} role="img" aria-label={label}>
      {bars.map((bar) => (
        <rect
          key={bar.left}
          class={bar.spike ? 'spectrum-spike' : 'spectrum-noise'}
          x={bar.left * width}
          y={(1 - bar.height) * height}
          width={bar.width * width}
          height={bar.height * height}
        />
      ))}
      <line class="spectrum-axis" x1={0} x2={width} y1={height - 0.5} y2={height - 0.5} />
      {line !== null && (
        <>
          <line class="spectrum-edge" x1={0} x2={width} y1={line} y2={line} />
          <text class="spectrum-text" x={width - 2} y={line - 4} text-anchor="end">
            {l10n.t('edge of the noise')}
          </text>
        </>
      )}
    </svg>
  );
}
