import * as l10n from '@vscode/l10n';
import type { VNode } from 'preact';
import type { ProbeComparison, Reading, TargetReading } from '../../../src/protocol/probe.ts';
import { shownPrompt } from '../../../src/protocol/promptWords.ts';
import { magnitude, probability, share } from '../../../src/text/numbers.ts';
import { Button } from '../../ui/Button.tsx';
import { useHost } from '../inspectorHost.ts';
import { kindName, protocolMeaning } from '../names.ts';
import { TopTokens } from '../shell/TopTokens.tsx';
import { Verdict } from './Verdict.tsx';

interface ProbeDetailProps {
  readonly comparison: ProbeComparison;
  /** Shows the probe's prompt in another tab. */
  readonly onRead: (tab: 'activations' | 'lens') => void;
  readonly onClose: () => void;
}

/** Everything that was read of one probe. */
export function ProbeDetail({ comparison, onRead, onClose }: ProbeDetailProps): VNode {
  const host = useHost();
  const { probe, before, after, kl, agreement, protocol } = comparison;
  const { kind, targetNew, targetTrue } = probe;
  const prompt = shownPrompt(probe.prompt);
  return (
    <section class="probe-detail" aria-label={l10n.t('The selected probe')}>
      <header>
        <h3>{kindName(kind)}</h3>
        <Verdict comparison={comparison} />
        <span class="spring" />
        <Button kind="icon" label={l10n.t('Close')} onClick={onClose}>
          ✕
        </Button>
      </header>
      <p class="probe-prompt">{prompt}</p>
      <div class="buttons">
        <Button onClick={() => void host.call('reveal', { kind, prompt })}>{l10n.t('Open in File')}</Button>
        <Button onClick={() => onRead('activations')}>{l10n.t('Activations')}</Button>
        <Button onClick={() => onRead('lens')}>{l10n.t('Lens')}</Button>
      </div>
      <p class="muted">{protocolMeaning(protocol)}</p>
      {(targetNew !== undefined || targetTrue !== undefined) && (
        <table class="targets">
          <thead>
            <tr>
              <th scope="col">{l10n.t('Answer')}</th>
              <th scope="col">{l10n.t('State')}</th>
              <th scope="col">NLL</th>
              <th scope="col">{l10n.t('Rank')}</th>
              <th scope="col">{l10n.t('Mean p')}</th>
              <th scope="col">{l10n.t('Greedy')}</th>
            </tr>
          </thead>
          <tbody>
            <TargetRows answer={targetNew} role={l10n.t('new')} before={before.new} after={after.new} />
            <TargetRows answer={targetTrue} role={l10n.t('true')} before={before.true} after={after.true} />
          </tbody>
        </table>
      )}
      <div class="top-lists">
        <TopList title={l10n.t('Next token before')} reading={before} tone="before" />
        <TopList title={l10n.t('Next token after')} reading={after} tone="after" />
      </div>
      <p class="muted">{l10n.t('KL {0} nats · agreement {1}', magnitude(kl), share(agreement))}</p>
    </section>
  );
}

interface TargetRowsProps {
  readonly answer: string | undefined;
  readonly role: string;
  readonly before: TargetReading | undefined;
  readonly after: TargetReading | undefined;
}

function TargetRows({ answer, role, before, after }: TargetRowsProps): VNode | null {
  if (answer === undefined) return null;
  const row = (state: string, reading: TargetReading | undefined, first: boolean) => (
    <tr>
      {first && (
        <th scope="rowgroup" rowSpan={2}>
          {answer} <span class="muted">{role}</span>
        </th>
      )}
      <td class="muted">{state}</td>
      <td class="number">{magnitude(reading?.nll)}</td>
      <td class="number">{reading?.rank ?? '–'}</td>
      <td class="number">{probability(reading?.meanP)}</td>
      <td class="number">{probability(reading?.accuracy)}</td>
    </tr>
  );
  return (
    <>
      {row(l10n.t('before'), before, true)}
      {row(l10n.t('after'), after, false)}
    </>
  );
}

interface TopListProps {
  readonly title: string;
  readonly reading: Reading;
  readonly tone: 'before' | 'after';
}

function TopList({ title, reading, tone }: TopListProps): VNode {
  return (
    <div>
      <h4>{title}</h4>
      <TopTokens top={reading.top} tone={tone} />
    </div>
  );
}
