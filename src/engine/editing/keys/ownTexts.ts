import { generate } from '../../inspection/generate.ts';
import { ProbeContext } from '../../inspection/probeContext.ts';
import type { Work } from '../../work/progress.ts';
import type { EditSession } from '../session/session.ts';
import { startToken } from './keyText.ts';

const seed = 40209;

/**
 * Texts that the model samples by itself under what the session has switched on, in tokens: what it would say if nobody
 * asked, so that it serves models that never read English prose.
 */
export async function ownTexts(
  session: EditSession,
  { texts, length }: { readonly texts: number; readonly length: number },
  { signal }: Work = {},
): Promise<number[][]> {
  using context = new ProbeContext(session.model, {
    size: 2 * texts * length,
    sequences: texts,
    threads: session.devices.threads,
  });
  context.setAdapters(session.applied);
  const starts = Array.from({ length: texts }, (_, i) => [startToken(session, i)]);
  const sampling = { temperature: 1, topP: 0.98, seed };
  const sampled = await generate(context, starts, { maxTokens: length, sampling, signal });
  context.setAdapters([]);
  return sampled
    .map(({ tokens }, i) => [...(starts[i] ?? []), ...tokens])
    .filter((tokens) => tokens.length > 1);
}
