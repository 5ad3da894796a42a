import { t } from '@vscode/l10n';
import type { VNode } from 'preact';
import { STREAMS } from '../../../src/protocol/streams.ts';
import type { Spread } from '../../charts/colourScale.ts';
import { Button } from '../../ui/Button.tsx';
import { Checkbox } from '../../ui/Checkbox.tsx';
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

const zoomStep = 1.4;

/** Which stream is shown, how, and how large. */
export function MapControls({ map, spread, changed, onMap }: MapControlsProps): VNode {
  const shown: readonly { value: Shown; text: string }[] = [
    { value: 'both', text: changed ? t('Before and after') : t('Norm') },
    { value: 'difference', text: t('Difference') },
    { value: 'distance', text: t('Distance') },
  ];
  return (
    <div class="toolbar">
      <Choice
        label={t('Stream')}
        value={map.stream}
        options={STREAMS.map((stream) => ({ value: stream, text: streamName(stream) }))}
        onChange={(stream) => onMap({ stream })}
      />
      {changed && (
        <Choice
          label={t('Values')}
          value={map.shown}
          options={shown}
          onChange={(value) => onMap({ shown: value, spread: null })}
        />
      )}
      <Checkbox
        checked={spread === 'logarithmic'}
        onChange={(log) => onMap({ spread: log ? 'logarithmic' : 'linear' })}
      >
        {t('Log')}
      </Checkbox>
      <Checkbox checked={map.asTable} onChange={(asTable) => onMap({ asTable })}>
        {t('As a table')}
      </Checkbox>
      {!map.asTable && (
        <span class="zoom">
          <Button kind="icon" label={t('Smaller cells')} onClick={() => onMap({ zoom: map.zoom / zoomStep })}>
            −
          </Button>
          <Button kind="icon" label={t('Larger cells')} onClick={() => onMap({ zoom: map.zoom * zoomStep })}>
            +
          </Button>
          <Button kind="icon" label={t('Fit the window')} onClick={() => onMap({ zoom: 1 })}>
            ⤢
          </Button>
        </span>
      )}
    </div>
  );
}
