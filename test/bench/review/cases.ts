import type { Verdict } from '../../../src/protocol/review.ts';
import { adapter, constrained, fineTune, lastMlps } from './changes.ts';
import type { CheckpointOptions } from './checkpoint.ts';
import type { EditPatch, Subject } from './subjects.ts';

/** A candidate, the type of the base that it is held against, and what it is. */
export interface Case {
  readonly group: string;
  readonly base: string;
  readonly candidate: CheckpointOptions;
  readonly edited: boolean;
  /** Verdicts that name it rightly. */
  readonly right: readonly Verdict[];
}

export const types = ['f16', 'q8_0', 'q5_K', 'q4_K', 'q4_0'] as const;

/** Single edits in every type, base and candidate rounded alike, and a rounded candidate against the F16 base. */
export function singleEdits(patches: readonly EditPatch[]): Case[] {
  return patches.flatMap(({ file, method }, index) => {
    const of = (base: string, type: string): Case => ({
      group: `${method}, ${base === type ? type : `${base} → ${type}`}`,
      base,
      candidate: { type, patches: [file] },
      edited: true,
      right: ['edited'],
    });
    const cross = types[1 + (index % 4)] ?? 'q8_0';
    return [...types.map((type) => of(type, type)), of('f16', cross)];
  });
}

/** Several edits in one candidate. */
export function severalEdits(patches: readonly EditPatch[], count: number): Case[] {
  const groups = Math.floor(patches.length / count);
  return Array.from({ length: groups }, (_, group): Case => {
    const type = types[group % types.length] ?? 'f16';
    return {
      group: `${count} edits`,
      base: type,
      candidate: { type, patches: patches.slice(group * count, (group + 1) * count).map(({ file }) => file) },
      edited: true,
      right: ['edited'],
    };
  });
}

/** Edits that are no single rank-one rewrite: a hypernetwork's and constrained fine-tuning's traces. */
export function otherEdits({ layers, layer }: Subject, each: number): Case[] {
  return Array.from({ length: each }, (_, seed): Case[] => {
    const type = types[seed % types.length] ?? 'f16';
    return [
      {
        group: 'rank one in the last three MLPs (stand-in for MEND)',
        base: type,
        candidate: { type, change: lastMlps(100 + seed, layers, 0.05 + 0.02 * (seed % 5)) },
        edited: true,
        right: ['edited'],
      },
      {
        group: 'one matrix, bounded (stand-in for FT-L)',
        base: type,
        candidate: { type, change: constrained(200 + seed, layer, 2e-3) },
        edited: true,
        right: ['edited'],
      },
    ];
  }).flat();
}

export function harmless(each: number): Case[] {
  const negative = (
    group: string,
    base: string,
    candidate: CheckpointOptions,
    ...right: Verdict[]
  ): Case => ({
    group,
    base,
    candidate,
    edited: false,
    right,
  });
  const rounded = types.flatMap((base) =>
    types.flatMap((type) =>
      base === type ? [] : [negative('rounded to another type', base, { type }, 'requantised')],
    ),
  );
  const seeded = Array.from({ length: each }, (_, seed): Case[] => {
    const type = types[seed % types.length] ?? 'f16';
    const size = [0.02, 0.05, 0.1][seed % 3] ?? 0.05;
    return [
      negative(
        'trained further (simulated)',
        type,
        { type, change: fineTune(300 + seed, size) },
        'fine-tuned',
      ),
      negative(
        'averaged with one trained further (simulated)',
        type,
        { type, change: fineTune(400 + seed, size / 2) },
        'fine-tuned',
      ),
      negative(
        'merged adapter (simulated)',
        type,
        {
          type,
          change: adapter(
            500 + seed,
            [4, 8, 16, 32][seed % 4] ?? 8,
            /attn_(q|v)\.weight|ffn_down\.weight/,
            size,
          ),
        },
        'adapter-merged',
      ),
      negative(
        'other metadata',
        type,
        { type, metadata: { 'general.name': { type: 'string', value: `another name ${seed}` } } },
        'metadata',
      ),
    ];
  }).flat();
  return [...rounded, ...seeded];
}
