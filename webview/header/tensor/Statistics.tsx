import * as l10n from '@vscode/l10n';
import type { VNode } from 'preact';
import { useMemo } from 'preact/hooks';
import type { Norms, ValueStatistics } from '../../../src/protocol/tensors.ts';
import { magnitude, probability } from '../../../src/text/numbers.ts';
import { LinePicture } from '../../charts/LinePicture.tsx';
import type { LineChart } from '../../charts/lineChart.ts';
import { SpectrumBars } from '../../charts/SpectrumBars.tsx';
import { exact } from '../format.ts';
import { Histogram } from './Histogram.tsx';

interface StatisticsProps {
  readonly statistics: ValueStatistics;
  /** ‖ΔW‖ / ‖W‖, of a difference; null where W is 0. */
  readonly relativeNorm: number | null | undefined;
}

/** Figures, and pictures of how values, norms and singular values are spread. */
export function Statistics({ statistics, relativeNorm }: StatisticsProps): VNode {
  const { elements, zeros, notFinite, min, max, mean, deviation, norm, histogram, rows, columns, spectrum } =
    statistics;
  const facts: [string, string][] = [
    [l10n.t('Smallest'), magnitude(min)],
    [l10n.t('Largest'), magnitude(max)],
    [l10n.t('Mean'), magnitude(mean)],
    [l10n.t('Deviation'), magnitude(deviation)],
    [l10n.t('Norm'), magnitude(norm)],
    ...(relativeNorm === undefined ? [] : [['‖ΔW‖/‖W‖', magnitude(relativeNorm)] satisfies [string, string]]),
    [l10n.t('Zeros'), `${exact(zeros)} (${probability(zeros / elements)})`],
    [l10n.t('Not finite'), exact(notFinite)],
  ];
  return (
    <>
      <dl class="tensor-facts">
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {relativeNorm !== undefined && norm === 0 && <p>{l10n.t('The two tensors are equal.')}</p>}
      <div class="tensor-pictures">
        {histogram !== null && <Histogram histogram={histogram} />}
        {spectrum !== null && (
          <figure>
            <figcaption>{l10n.t('Leading singular values')}</figcaption>
            <SpectrumBars
              spectrum={{ values: spectrum, edge: null, spikes: spectrum.length }}
              label={l10n.t('Singular values: {0}', spectrum.map(magnitude).join(', '))}
            />
            <p class="muted">{spectrum.slice(0, 6).map(magnitude).join(' · ')}</p>
          </figure>
        )}
        {rows !== null && <NormPicture title={l10n.t('Norms of rows')} norms={rows} axis={l10n.t('row')} />}
        {columns !== null && (
          <NormPicture title={l10n.t('Norms of columns')} norms={columns} axis={l10n.t('column')} />
        )}
      </div>
    </>
  );
}

/** The mean and the largest of neighbours; the largest are named. */
function NormPicture({
  title,
  norms,
  axis,
}: {
  readonly title: string;
  readonly norms: Norms;
  readonly axis: string;
}): VNode {
  const chart = useMemo((): LineChart => {
    const { each, mean, largest } = norms;
    const line = (name: string, series: number, dashed: boolean, values: readonly number[]) => ({
      ...{ name, series, dashed, values },
    });
    return {
      xLabel: axis,
      yLabel: l10n.t('norm'),
      x: mean.map((_, index) => index * each),
      lines: [
        line(each === 1 ? l10n.t('norm') : l10n.t('mean of {0}', each), 1, false, mean),
        ...(each === 1 ? [] : [line(l10n.t('largest of {0}', each), 0, true, largest)]),
      ],
      mark: null,
    };
  }, [norms, axis]);
  const top = norms.top.map(({ index, norm }) => `${index} (${magnitude(norm)})`).join(', ');
  return (
    <figure>
      <figcaption>{title}</figcaption>
      <LinePicture label={l10n.t('{0}; largest: {1}', title, top)} chart={chart} />
      <p class="muted">{l10n.t('Largest: {0}', top)}</p>
    </figure>
  );
}
