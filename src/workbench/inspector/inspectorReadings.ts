import { InputError } from '../../engine/errors.ts';
import type { CellReading, InspectorContract } from '../../protocol/inspector.ts';
import type { AppliedPatch } from '../../protocol/model.ts';
import type { PageWork } from '../../protocol/webview.ts';
import type { EngineService } from '../engine/engineService.ts';
import type { Handlers } from '../webviews/servePage.ts';

/** What a reading is of: the model, what "after" means, and the answers that the selected edit is about. */
export interface Subject {
  readonly model: string;
  readonly patches: readonly AppliedPatch[];
  /** The new answer and the true one; empty without an edit. */
  readonly targets: readonly string[];
}

/** Tokens and neurons that a list names. */
const top = { lens: 5, cell: 8, neurons: 8 };

type Readings = Pick<Handlers<InspectorContract>, 'activations' | 'cell' | 'lens' | 'generate'>;

/** Answers what the page reads of the model, without and with the change. */
export function inspectorReadings(engine: EngineService, subject: () => Subject): Readings {
  const on = (prompt: string) => {
    const { model, patches, targets } = subject();
    return { of: { model, prompt, patches: [...patches] }, targets: [...targets] };
  };
  return {
    activations: ({ prompt }, work) =>
      engine.quietly((client) => client.activations(on(prompt).of, plain(work))),
    lens({ prompt, position }, work) {
      const { of, targets } = on(prompt);
      const params = { ...of, targets, positions: [position], top: top.lens };
      return engine.quietly((client) => client.lens(params, plain(work)));
    },
    async cell({ prompt, layer, position }, work): Promise<CellReading> {
      const { of } = on(prompt);
      const lens = await engine.quietly((client) =>
        client.lens({ ...of, positions: [position], top: top.cell }, plain(work)),
      );
      const neurons = await engine
        .quietly((client) => client.neurons({ ...of, layer, position, top: top.neurons }, plain(work)))
        .catch((error: unknown) => {
          // a mixture of experts has no neurons of its own there; the lens still says something
          if (error instanceof InputError) return null;
          throw error;
        });
      return { neurons, lens };
    },
    async generate({ prompt, chat, maxTokens, sampling }, work) {
      const { of } = on(prompt);
      const params = { ...of, chat, maxTokens, sampling };
      const side = (name: 'before' | 'after', patches: AppliedPatch[]) =>
        engine.quietly((client) =>
          client.generate(
            { ...params, patches },
            { ...plain(work), onEvent: ({ text }) => work.onEvent({ side: name, text }) },
          ),
        );
      const before = await side('before', []);
      return { before, after: of.patches.length === 0 ? null : await side('after', of.patches) };
    },
  };
}

const plain = ({ signal, report }: Pick<PageWork<never>, 'signal' | 'report'>) => ({ signal, report });
