import type { EditsFile } from '../../../protocol/edits.ts';
import type { Compared, ComparedEdit } from '../../../protocol/editsTable.ts';
import { MEASURES, numberOf } from '../../../protocol/measureRegistry.ts';
import { measuredWith } from '../../../protocol/otherState.ts';
import { outcomeOf } from '../../../protocol/outcome.ts';
import type { ChosenLayer } from '../../models/modelEntry.ts';
import { type EditEntry, factOf, type Measurement } from '../editEntry.ts';
import { madeBy } from '../editItems.ts';
import { saysState } from '../editWords.ts';

/** An edit as the table of its file has it. */
export function comparedEdit(
  entry: EditEntry,
  content: EditsFile | undefined,
  target: ChosenLayer | undefined,
): ComparedEdit {
  const { key, id, edit, patch, state, wished, made, measured, otherState } = entry;
  const { method, layer } = madeBy(entry, content, target);
  return {
    ...{ key, id, fact: factOf(edit), state, stateName: saysState(entry), wished },
    method: method ?? null,
    layer: layer ?? null,
    relativeNorm: made?.relativeUpdateNorm ?? null,
    measured:
      measured === undefined
        ? null
        : {
            values: valuesOf(measured),
            outcome: outcomeOf(measured.edit),
            measuredWith: measuredWith(measured.edit.state, patch),
            otherState: otherState ?? null,
          },
  };
}

function valuesOf({ summary }: Measurement): Record<Compared, number | null> {
  const value = (key: Compared) => {
    const measure = MEASURES.find((other) => other.key === key);
    return measure === undefined ? null : numberOf(measure.after(summary));
  };
  return {
    es: value('es'),
    ps: value('ps'),
    ns: value('ns'),
    score: value('score'),
    esStrict: value('esStrict'),
    psStrict: value('psStrict'),
    nsStrict: value('nsStrict'),
    driftKl: value('driftKl'),
  };
}
