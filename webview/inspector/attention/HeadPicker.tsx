import * as l10n from '@vscode/l10n';
import type { VNode } from 'preact';
import { useCallback, useMemo } from 'preact/hooks';
import type { AttentionComparison } from '../../../src/protocol/attention.ts';
import { share } from '../../../src/text/numbers.ts';
import { Canvas } from '../../charts/Canvas.tsx';
import { type ColourScale, divergingScale, sequentialScale } from '../../charts/colourScale.ts';
import { rasterOf } from '../../charts/heatmapRaster.ts';
import type { Matrix } from '../../charts/matrix.ts';
import { rampFor } from '../../charts/ramps.ts';
import { useTheme } from '../../charts/theme.ts';
import type { View } from '../savedView.ts';
import { Radios } from '../shell/Radios.tsx';
import { headPictures } from './attentionMaps.ts';

interface HeadPickerProps {
  readonly comparison: AttentionComparison;
  readonly changed: boolean;
  readonly attention: View['attention'];
  readonly chosen: number;
  readonly onHead: (head: number) => void;
}

/** All heads of the layer as small pictures on one scale, of which one is seen large. */
export function HeadPicker({ comparison, changed, attention, chosen, onHead }: HeadPickerProps): VNode {
  const { shown, spread } = attention;
  const pictures = useMemo(() => headPictures(comparison, shown), [comparison, shown]);
  const scale = useMemo(() => {
    const values = pictures.map(({ matrix }) => matrix.values);
    return shown === 'difference' ? divergingScale(spread, ...values) : sequentialScale(spread, ...values);
  }, [pictures, shown, spread]);
  return (
    <Radios
      label={l10n.t('Head of layer {0}', comparison.layer)}
      class="heads"
      options={pictures.map(({ matrix, moved }, index) => ({
        label: changed
          ? l10n.t('Head {0}, largest change {1}', index, share(moved))
          : l10n.t('Head {0}', index),
        content: (
          <>
            <HeadPicture matrix={matrix} scale={scale} />
            <span class="head-name">
              {l10n.t('Head {0}', index)}
              {changed && <span class="head-moved"> ±{share(moved)}</span>}
            </span>
          </>
        ),
      }))}
      chosen={chosen}
      onChoose={onHead}
    />
  );
}

/** In CSS pixels. */
const size = 84;

function HeadPicture({ matrix, scale }: { readonly matrix: Matrix; readonly scale: ColourScale }): VNode {
  const theme = useTheme();
  const paint = useCallback(
    (context: CanvasRenderingContext2D) => {
      const { image } = rasterOf(matrix, scale, rampFor(scale.diverging, theme.dark), theme.error);
      context.imageSmoothingEnabled = false;
      context.drawImage(image, 0, 0, size, size);
    },
    [matrix, scale, theme],
  );
  return <Canvas width={size} height={size} paint={paint} />;
}
