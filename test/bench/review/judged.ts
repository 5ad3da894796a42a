import { shareOf } from '../../../src/engine/measures/cases.ts';
import type { Found } from '../record.ts';
import type { Judged } from './detection.ts';
import { share } from './rates.ts';

/** What was judged, as it is kept: candidates that are made from random numbers, edits by all methods, real changes. */

const called = (judged: readonly Judged[]) =>
  shareOf(judged.map(({ verdict }) => Number(verdict === 'edited')));
const right = (judged: readonly Judged[]) =>
  shareOf(judged.map((one) => Number(one.case.right.includes(one.verdict))));

export const simulatedColumns = [
  share('single', 'single edits called edited (several keys)'),
  share('several', '3 and 10 edits at once'),
  share('mend', 'rank one in three MLPs (for MEND)'),
  share('ftl', 'one bounded matrix (for FT-L)'),
  share('harmless', 'harmless ones called edited'),
  share('rounded', 'roundings to another type named rightly'),
  share('trained', 'trained ones named rightly'),
  share('averaged', 'averaged ones named rightly'),
  share('adapter', 'merged adapters named rightly'),
] as const;

/** One row of a model, of what was asked for. */
export function simulatedCells(judged: readonly Judged[]): Found['rows'][number]['cells'] {
  const of = (group: RegExp) => judged.filter((one) => group.test(one.case.group));
  return {
    single: called(of(/^rome-several-keys, /)),
    several: called(of(/^\d+ edits$/)),
    mend: called(of(/MEND/)),
    ftl: called(of(/FT-L\)/)),
    harmless: called(judged.filter((one) => !one.case.edited && !isApart(one.case.group))),
    rounded: right(of(/^rounded/)),
    trained: right(of(/^trained/)),
    averaged: right(of(/^averaged with/)),
    adapter: right(of(/^merged adapter/)),
  };
}

/** Edits by other methods than the default one, and for the uses of red teams. */
export function methodsShare(judged: readonly Judged[]) {
  return called(
    judged.filter(({ case: { group } }) =>
      /^(?!rome-several-keys)[\w-]+, |\(harmless stand-in\)$/.test(group),
    ),
  );
}

const realGroup = / \(real\)$|^an edit in: /;
const mergeGroup = / of two(, with an edit)?$/;
/** Has it a table of its own? */
const isApart = (group: string): boolean => realGroup.test(group) || mergeGroup.test(group);

/** Each kind of merge, alone and with an edit in it. */
export function mergeRows(judged: readonly Judged[]): Found['rows'] {
  const merged = judged.filter((one) => mergeGroup.test(one.case.group));
  return [...new Set(merged.map((one) => one.case.group))].map((group) => {
    const own = merged.filter((one) => one.case.group === group);
    const edited = own.some((one) => one.case.edited);
    const key = group.toLowerCase().replaceAll(/[^a-z]+/g, '-');
    return { key, title: group, cells: { edited: called(own), right: edited ? null : right(own) } };
  });
}

const realTitles: Readonly<Record<string, string>> = {
  abliterated: 'a direction taken out (all layers, some, a tent, by half, two, norms kept)',
  pruned: 'pruned, weights and neurons (in 4 bits some as trained or rounded)',
  fine: 'trained',
  averaged: 'averaged with a trained one',
  reset: 'rows of special tokens reset',
  lora: 'adapters of few layers, merged',
  steered: 'a steering vector baked in',
};

/** A row for each kind of real change, alone and with an edit in it. */
export function realRows(judged: readonly Judged[]): Found['rows'] {
  const real = judged.filter((one) => realGroup.test(one.case.group));
  return [...new Set(real.map((one) => one.case.group))].map((group) => {
    const own = real.filter((one) => one.case.group === group);
    const kind = group.replace(realGroup, '');
    const hidden = group.startsWith('an edit in');
    const title = realTitles[kind] ?? kind;
    return {
      key: `${hidden ? 'edit-in-' : ''}${kind === 'fine' ? 'fine-tune' : kind}`,
      title: hidden ? `an edit in: ${title}` : title,
      cells: { edited: called(own), right: hidden ? null : right(own) },
    };
  });
}
