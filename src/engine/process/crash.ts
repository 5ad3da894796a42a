import { basename } from 'node:path';
import type { AppliedPatch } from '../../protocol/model.ts';
import { EngineError } from '../errors.ts';

/** A line of a native or JavaScript stack, or the rule above it: it says nothing to people. */
const stackFrame = /^\s*(?:#?\d+:? |at |-+ )/;

type AppliedByModel = ReadonlyMap<string, readonly AppliedPatch[]>;

/** The engine's process ended by itself or was killed. The editor lives on; the client's `restart()` begins anew. */
export class EngineCrash extends EngineError {
  /** Of the log, oldest first. */
  readonly lastLines: readonly string[];
  /** What was switched on at that moment, by model. Nothing of it is on any more. */
  readonly applied: AppliedByModel;

  /** @param calls the methods that were under way */
  constructor(
    how: string,
    calls: readonly string[],
    lastLines: readonly string[],
    applied: AppliedByModel = new Map(),
  ) {
    const during = calls.length > 0 ? ` during ${calls.join(', ')}` : '';
    const telling = lastLines.filter((line) => line.trim() !== '' && !stackFrame.test(line)).slice(-3);
    const lines = telling.length > 0 ? ` Its last lines: ${telling.join(' | ')}` : '';
    super(`The engine ${how}${during}; ${switchedOff(applied)}.${lines}`);
    this.lastLines = lastLines;
    this.applied = applied;
  }
}

function switchedOff(applied: AppliedByModel): string {
  const models = [...applied].filter(([, patches]) => patches.length > 0);
  if (models.length === 0) return 'no patch was on';
  const each = models.map(([model, patches]) => {
    const names = patches.map(({ path, strength }) => `${basename(path)} (strength ${strength})`);
    return `${names.join(', ')} on ${basename(model)}`;
  });
  return `switched on was ${each.join('; ')}, which is off now`;
}
