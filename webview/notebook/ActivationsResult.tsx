import * as l10n from '@vscode/l10n';
import type { VNode } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import type { ActivationComparison } from '../../src/protocol/activations.ts';
import { STREAMS, type Stream } from '../../src/protocol/streams.ts';
import { visibleToken } from '../../src/text/visible.ts';
import type { Cell } from '../charts/matrix.ts';
import { activationMaps } from '../inspector/activations/activationMaps.ts';
import { CellReadout } from '../inspector/activations/CellReadout.tsx';
import { layersByTokens } from '../inspector/maps/axes.ts';
import { Maps } from '../inspector/maps/Maps.tsx';
import { streamName } from '../inspector/names.ts';

/** Norms by layer and token; with a patch, how far it moves them. */
export function ActivationsResult({ found }: { readonly found: ActivationComparison }): VNode {
  const [stream, setStream] = useState<Stream>('residual');
  const [hovered, setHovered] = useState<Cell | undefined>(undefined);
  const [pinned, setPinned] = useState<Cell | undefined>(undefined);
  const changed = useMemo(() => found.change.residual.some((value) => value !== 0), [found]);
  const drawn = useMemo(
    () => activationMaps(found, { stream, shown: changed ? 'distance' : 'both', spread: null }),
    [found, stream, changed],
  );
  const axes = useMemo(() => layersByTokens(found.tokens.map(({ text }) => visibleToken(text))), [found]);
  return (
    <>
      <label class="choice">
        {l10n.t('Values of')}{' '}
        <select
          value={stream}
          onChange={({ currentTarget }) => {
            const chosen = STREAMS.find((name) => name === currentTarget.value);
            if (chosen !== undefined) setStream(chosen);
          }}
        >
          {STREAMS.map((name) => (
            <option key={name} value={name}>
              {streamName(name)}
            </option>
          ))}
        </select>
      </label>
      <Maps
        maps={{ ...drawn, maps: drawn.maps.slice(0, 1) }}
        axes={axes}
        zoom={1}
        hovered={hovered}
        pinned={pinned}
        onHover={setHovered}
        onPin={setPinned}
      >
        <CellReadout comparison={found} stream={stream} cell={hovered ?? pinned} />
      </Maps>
    </>
  );
}
