import { basename } from 'node:path';
import type { AppliedPatch } from '../../protocol/model.ts';
import { EngineError } from '../errors.ts';

/** Lines of a native or JavaScript stack, the rule above it and what Node writes below: they say nothing to people. */
const stackFrame = /^\s*(?:#?\d+:? |at |-+ |Node\.js v)/;

/** Where llama.cpp was built, before the name of one of its sources. */
const buildFolder = /^\S*\/llama\.cpp\/(?=\S+:\d+: )/;

type AppliedByModel = ReadonlyMap<string, readonly AppliedPatch[]>;

/** The engine's process ended by itself or was killed. The editor lives on; the client's `restart()` begins anew. */
export class EngineCrash extends EngineError {
  /** Of the log, oldest first. */
  readonly lastLines: readonly string[];
  /** What was switched on at that moment, by model. Nothing of it is on any more. */
  readonly applied: AppliedByModel;

  /** @param calls what was under way, as `probe of m.gguf` */
  constructor(
    how: string,
    calls: readonly string[],
    lastLines: readonly string[],
    applied: AppliedByModel = new Map(),
  ) {
    const during = calls.length > 0 ? ` during ${calls.join(', ')}` : '';
    const last = lastLines.findLast((line) => line.trim() !== '' && !stackFrame.test(line))?.trim();
    const line = last === undefined ? '.' : `; its last line: ${last.replace(buildFolder, '')}`;
    super(`The engine ${how}${during}${switchedOff(applied)}${line}`);
    this.lastLines = lastLines;
    this.applied = applied;
  }
}

function switchedOff(applied: AppliedByModel): string {
  const models = [...applied].filter(([, patches]) => patches.length > 0);
  if (models.length === 0) return '';
  const each = models.map(([model, patches]) => {
    const names = patches.map(({ path, strength }) => `${basename(path)} (strength ${strength})`);
    return `${names.join(', ')} on ${basename(model)}`;
  });
  return `; switched on was ${each.join('; ')}, which is off now`;
}
