import { createHash } from 'node:crypto';
import { declareClassPlugin, PluginKind } from '@stryker-mutator/api/plugin';

/**
 * Leaves out mutants, so that a large room takes minutes: `PALIMPSEST_SAMPLE=0.25` keeps a quarter, the same ones each
 * time. To Stryker those that are left out do not compile, which counts neither for nor against a room.
 */
class Sample {
  share = Number(process.env.PALIMPSEST_SAMPLE ?? 1);

  async init() {
    if (!(this.share > 0 && this.share <= 1)) throw new Error('PALIMPSEST_SAMPLE is a share, as in 0.25.');
  }

  async check(mutants) {
    const left = { status: 'compileError', reason: 'not in the sample' };
    return Object.fromEntries(
      mutants.map((mutant) => [mutant.id, drawn(mutant) < this.share ? { status: 'passed' } : left]),
    );
  }

  async group(mutants) {
    return [mutants.map(({ id }) => id)];
  }
}

/** A number from 0 to 1 that depends on what is changed, and on nothing else. */
function drawn({ fileName, location, replacement, mutatorName }) {
  const file = fileName.slice(fileName.lastIndexOf('src/'));
  const text = JSON.stringify([file, location, mutatorName, replacement]);
  return createHash('sha256').update(text).digest().readUInt32LE() / 2 ** 32;
}

export const strykerPlugins = [declareClassPlugin(PluginKind.Checker, 'sample', Sample)];
