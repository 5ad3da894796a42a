import type { VNode } from 'preact';
import type { TokenProbability } from '../../../src/protocol/probe.ts';
import { probability } from '../../../src/text/numbers.ts';
import { visibleToken } from '../../../src/text/visible.ts';
import { Bar } from '../../charts/Bar.tsx';

interface TopTokensProps {
  readonly top: readonly TokenProbability[];
  readonly tone: 'before' | 'after';
}

/** Tokens with their probabilities as numbers and bars, the likeliest first. */
export function TopTokens({ top, tone }: TopTokensProps): VNode {
  return (
    <ol class="top-list">
      {top.map(({ id, token, p }) => (
        <li key={id}>
          <span class="token-text">{visibleToken(token)}</span>
          <Bar share={p} tone={tone} />
          <span class="token-p">{probability(p)}</span>
        </li>
      ))}
    </ol>
  );
}
