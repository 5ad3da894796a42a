import * as l10n from '@vscode/l10n';
import type { VNode } from 'preact';
import { STREAMS } from '../../../src/protocol/streams.ts';
import type { Spread } from '../../charts/colourScale.ts';
import { Checkbox } from '../../ui/Checkbox.tsx';
import { ZoomButtons } from '../maps/ZoomButtons.tsx';
import { streamName } from '../names.ts';
import type { Shown, View } from '../savedView.ts';
import { Choice } from '../shell/Choice.tsx';

interface MapControlsProps {
  readonly map: View['map'];
  /** How the values are spread over the colours, chosen or not. */
  readonly spread: Spread;
  /** Whether there is a state after that could be compared. */
  readonly changed: boolean;
  readonly onMap: (change: Partial<View['map']>) => void;
}

/** Which stream is shown, how, and how large. */
export function MapControls({ map, spread, changed, onMap }: MapControlsProps): VNode {
  const shown: readonly { value: Shown; text: string }[] = [
    { value: 'both', text: changed ? l10n.t('Before and after') : l10n.t('Norm') },
    { value: 'difference', text: l10n.t('Difference') },
    { value: 'distance', text: l10n.t('Distance') },
  ];
  return (
    <div class="toolbar">
      <Choice
        label={l10n.t('Stream')}
        value={map.stream}
        options={STREAMS.map((stream) => ({ value: stream, text: streamName(stream) }))}
        onChange={(stream) => onMap({ stream })}
      />
      {changed && (
        <Choice
          label={l10n.t('Values')}
          value={map.shown}
          options={shown}
          onChange={(value) => onMap({ shown: value, spread: null })}
        />
      )}
      <Checkbox
        checked={spread === 'logarithmic'}
        onChange={(log) => onMap({ spread: log ? 'logarithmic' : 'linear' })}
      >
        {l10n.t('Log')}
      </Checkbox>
      <Checkbox checked={map.asTable} onChange={(asTable) => onMap({ asTable })}>
        {l10n.t('As a table')}
      </Checkbox>
      {!map.asTable && <ZoomButtons zoom={map.zoom} onZoom={(zoom) => onMap({ zoom })} />}
    </div>
  );
}
