import * as l10n from '@vscode/l10n';
import type { VNode } from 'preact';
import type { MemoryNeed } from '../../src/protocol/model.ts';
import { StackedBar, Swatch } from '../charts/StackedBar.tsx';
import { percent, size } from './format.ts';

interface MemoryProps {
  readonly need: MemoryNeed;
  /** Free on the machine that would load the model, in bytes; null while it is not known. */
  readonly free: number | null;
}

/** What loading takes, part by part, and whether that much is free. */
export function Memory({ need, free }: MemoryProps): VNode {
  const parts = [
    { name: l10n.t('Weights'), value: need.weights, what: l10n.t('as they are stored') },
    {
      name: l10n.t('Other layout'),
      value: need.repacking,
      what: l10n.t('extra space for this CPU’s layout'),
    },
    { name: l10n.t('Cache'), value: need.cache, what: l10n.t('keys and values of 1,024 tokens') },
    {
      name: l10n.t('Working memory'),
      value: need.compute,
      what: l10n.t('logits, attention and intermediate values'),
    },
  ].filter(({ value }) => value > 0);
  const spoken = parts.map(({ name, value }) => `${name} ${size(value)}`).join(', ');
  return (
    <section aria-labelledby="memory">
      <h2 id="memory">{l10n.t('Memory to load')}</h2>
      <p>{verdict(need.total, free)}</p>
      <StackedBar parts={parts} spoken={l10n.t('Parts of the memory: {0}', spoken)} />
      <table class="legend">
        <tbody>
          {parts.map(({ name, value, what }, index) => (
            <tr key={name}>
              <th scope="row">
                <Swatch index={index} /> {name}
              </th>
              <td class="number">{size(value)}</td>
              <td class="number">{percent(value / need.total)}</td>
              <td class="muted">{what}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function verdict(total: number, free: number | null): VNode {
  if (free === null) return <>{l10n.t('About {0}.', size(total))}</>;
  if (total <= free) return <>{l10n.t('About {0}; {1} are free.', size(total), size(free))}</>;
  return (
    <span class="problem">
      {l10n.t(
        'About {0}, but only {1} are free, so loading would be refused. Close other programs or use a smaller quantization.',
        size(total),
        size(free),
      )}
    </span>
  );
}
