import type { JudgeV1 } from '../../formats/judge/v1.ts';
import { ProbeContext } from '../inspection/probeContext.ts';
import { type ContinuationScore, score } from '../inspection/scoring.ts';
import { Model } from '../llama/model.ts';
import { mean } from '../numeric/mean.ts';
import type { Judge } from './judge.ts';
import { usualDeclines } from './refusal.ts';

/** A classifier as GGUF: what it goes on with more likely after its prompt, by the mean NLL per token. */
export function modelJudge({
  model: file,
  prompt: template,
  safe,
  unsafe,
}: Extract<JudgeV1, { kind: 'model' }>): Judge {
  return {
    name: `a classifier: ${file.split(/[\\/]/).at(-1)}`,
    declines: usualDeclines,
    async areSafe(answers, work = {}) {
      using model = await Model.load(file, work);
      using context = new ProbeContext(model, { size: Math.min(2048, model.contextLength) });
      const requests = answers.map(({ prompt, answer }) => ({
        prompt: template.replace(/\{(prompt|answer)\}/g, (_, name) => (name === 'prompt' ? prompt : answer)),
        continuations: [safe, unsafe],
      }));
      const scores = await score(context, requests, work);
      const meanNll = (continuation: ContinuationScore | undefined) => mean(continuation?.nll ?? []);
      return scores.map(({ continuations: [one, other] }) => meanNll(one) < meanNll(other));
    },
  };
}
