import type { Prompt } from '../../../protocol/chat.ts';
import type { EditProblem } from '../../../protocol/checks.ts';
import type { TokenSpan } from '../../../protocol/tokens.ts';
import type { EngineService } from '../../engine/engineService.ts';
import type { ModelEntry } from '../../models/modelEntry.ts';
import type { Models } from '../../models/models.ts';
import { maxLength } from './jsonTree.ts';

/** What the base says of texts as one types. Nothing is started or loaded for that: without a loaded base, nothing. */
export class BaseChecks {
  readonly models: Models;
  readonly #engine: EngineService;

  constructor(models: Models, engine: EngineService) {
    this.models = models;
    this.#engine = engine;
  }

  /** The base, if it is loaded. */
  get ready(): ModelEntry | undefined {
    const { base } = this.models;
    return base?.state === 'ready' ? base : undefined;
  }

  /** What the header of the base has against the layers of an edits file, loaded or not. */
  async ofHeader(edits: string): Promise<readonly EditProblem[]> {
    const { targets } = this.models.base ?? {};
    if (targets === undefined || edits.length > maxLength) return [];
    const { layersAgainst } = await import('./layersAgainst.ts');
    return layersAgainst(edits, targets);
  }

  /** What the base has against the text of an edits file. */
  async problems(edits: string, signal: AbortSignal): Promise<readonly EditProblem[]> {
    const { ready } = this;
    if (ready === undefined || edits.length > maxLength) return [];
    const model = ready.path;
    const checked = await this.#engine.quietly((client) => client.checkEdits({ model, edits }, { signal }));
    return checked.problems;
  }

  /** The tokens that the base reads a prompt in. */
  async tokens(text: Prompt): Promise<readonly TokenSpan[] | undefined> {
    const { ready } = this;
    if (ready === undefined || text === '') return undefined;
    const model = ready.path;
    const { tokens } = await this.#engine.quietly((client) => client.tokenize({ model, text }));
    return tokens;
  }
}
