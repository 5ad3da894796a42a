import { generate } from '../../inspection/generate.ts';
import { ProbeContext } from '../../inspection/probeContext.ts';
import type { Work } from '../../work/progress.ts';
import type { Hyperparameters } from '../hyperparameters/hyperparameters.ts';
import type { EditSession } from '../session/session.ts';

/** Beginnings that texts of any kind have; the model writes on from them. */
const openings = ['The', 'Therefore', 'Because', 'I', 'You'];
const seed = 20;

/**
 * The beginnings under which an edit must hold: the plain prompt, and `"<generated>. {}"` as in the ROME release
 * (`get_context_templates`), sampled from the model itself with a fixed seed.
 */
export async function contextTemplates(
  session: EditSession,
  wanted: Hyperparameters['templates'],
  work: Work = {},
): Promise<string[]> {
  const { model } = session;
  using context = new ProbeContext(model, { size: 512, sequences: 32, threads: session.devices.threads });
  const templates = ['{}'];
  for (const [count, tokens] of wanted) {
    const prompts = Array.from({ length: count }, (_, i) =>
      model.tokenizer.prompt(openings[i % openings.length] ?? 'The'),
    );
    const sampling = { temperature: 1, topP: 0.9, seed: seed + tokens };
    const texts = await generate(context, prompts, { maxTokens: tokens, sampling, signal: work.signal });
    for (const [i, { text }] of texts.entries()) {
      const line = `${openings[i % openings.length]}${text}`.replace(/[{}\s\p{Cc}\uFFFD]+/gu, ' ').trim();
      templates.push(`${line}. {}`);
    }
  }
  return templates;
}
