import { useRef, useState } from 'preact/hooks';
import type { InspectorContract } from '../../src/protocol/inspector.ts';
import type { ParamsOf } from '../../src/protocol/webview.ts';
import { complaintOf, type InspectorHost } from './inspectorHost.ts';
import { type Answer, nothing } from './try/answer.ts';

/** One generation without and with the edit, which goes on while another tab is looked at. */
export interface Trial {
  readonly answer: Answer;
  readonly run: (params: ParamsOf<InspectorContract, 'generate'>) => void;
  readonly stop: () => void;
}

export function useTrial(host: InspectorHost): Trial {
  const [answer, setAnswer] = useState<Answer>(nothing);
  const running = useRef<AbortController | null>(null);

  const run = async (params: ParamsOf<InspectorContract, 'generate'>) => {
    running.current?.abort();
    const own = new AbortController();
    running.current = own;
    const update = (change: (known: Answer) => Answer) => {
      if (running.current === own) setAnswer(change);
    };
    setAnswer({ ...nothing, state: 'running', prompt: params.prompt, wantsContext: params.inContext });
    try {
      const { before, after, inContext } = await host.call('generate', params, {
        signal: own.signal,
        report: (stage) => update((known) => ({ ...known, stage })),
        onEvent: ({ side, text }) =>
          update((known) => ({ ...known, stage: '', [side]: (known[side] ?? '') + text })),
      });
      update((known) => ({
        ...known,
        state: 'done',
        stage: '',
        before: before.text,
        after: after?.text ?? null,
        inContext: inContext?.text ?? null,
      }));
    } catch (error) {
      update((known) => ({ ...known, state: 'done', stage: '', complaint: complaintOf(error) }));
    }
  };
  return { answer, run: (params) => void run(params), stop: () => running.current?.abort() };
}
