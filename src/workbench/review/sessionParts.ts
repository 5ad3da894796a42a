import type { EngineService } from '../engine/engineService.ts';
import type { SwitchPatches } from '../patches/switchPatches.ts';
import type { KeptReviews } from './keptReviews.ts';
import type { PolicyDiagnostics } from './policyDiagnostics.ts';

/** What all reviews of a window share. */
export interface SessionParts {
  readonly engine: EngineService;
  readonly switching: SwitchPatches;
  readonly kept: KeptReviews;
  readonly diagnostics: PolicyDiagnostics;
}
