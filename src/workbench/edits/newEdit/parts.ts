import type { EngineService } from '../../engine/engineService.ts';
import type { Models } from '../../models/models.ts';
import type { Edits } from '../edits.ts';

/** What writing an edit with a person needs. */
export interface Parts {
  readonly engine: EngineService;
  readonly models: Models;
  readonly edits: Edits;
}
