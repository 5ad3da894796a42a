import type { VNode } from 'preact';
import type { TokenProbability } from '../../../src/protocol/probe.ts';
import { probability } from '../../../src/text/numbers.ts';
import { visibleToken } from '../../../src/text/visible.ts';
import { Bar } from '../../charts/Bar.tsx';

interface TopTokenProps {
  readonly top: TokenProbability | undefined;
  readonly tone: 'before' | 'after';
}

/** The likeliest next token, with its probability as a bar and a number. */
export function TopToken({ top, tone }: TopTokenProps): VNode {
  return (
    <span class="top-token">
      <span class="token-text">{visibleToken(top?.token ?? '')}</span>
      <Bar share={top?.p ?? 0} tone={tone} />
      <span class="token-p">{probability(top?.p)}</span>
    </span>
  );
}
