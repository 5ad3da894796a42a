import { describe, expect, it } from 'vitest';
import { measureTables } from '../../../src/cli/measureTables.ts';
import { Style } from '../../../src/cli/style.ts';
import { processTerminal } from '../../../src/cli/terminal.ts';
import { counterfact } from '../../../src/engine/measures/counterfact.ts';
import { easyEdit } from '../../../src/engine/measures/easyedit.ts';
import { chatMatch, generationMatch, textMatch } from '../../../src/engine/measures/generationMatch.ts';
import { strict } from '../../../src/engine/measures/strict.ts';
import type { Measured } from '../../../src/protocol/editing.ts';

const terminal = processTerminal({ write: () => true }, { write: () => true }, {});

/** What is said of edits by what they ask for: [right as the edit asks, as chat, as text where that is not what it asks]. */
function said(edits: readonly [own: boolean, chat: boolean | null, text: boolean | null][]): string {
  const of = (place: 1 | 2) => edits.flatMap((edit) => edit[place] ?? []);
  const summary: Measured['summary'] = {
    counterfact: counterfact([]),
    strict: strict([]),
    easyEdit: easyEdit([]),
    generationMatch: generationMatch(
      edits.map(([own]) => ({ generated: own ? 'Rome' : '', target: 'Rome' })),
      10,
    ),
    chatMatch: chatMatch(of(1), 24),
    textMatch: textMatch(of(2), 10),
    fluency: null,
    drift: null,
  };
  return measureTables({ edits: [], summary }, 'on alone', new Style(terminal));
}

describe('the measures of a chat model', () => {
  it('say how the answer is given both ways, and which of them counts', () => {
    const asText = said([
      [true, true, null],
      [true, false, null],
    ]);
    expect(asText).toContain('as text 1.000, as chat .500; the edits ask as text, so that counts.');
    const asChat = said([
      [true, true, false],
      [false, false, true],
    ]);
    expect(asChat).toContain('as text .500, as chat .500; the edits ask as chat, so that counts.');
    expect(asChat).toContain("text match: the edited prompt's words are continued as text");
  });

  it('say nothing of it where there is one way, or edits of both kinds', () => {
    expect(said([[true, null, null]])).not.toContain('so that counts');
    const mixed = said([
      [true, true, null],
      [true, true, false],
    ]);
    expect(mixed).not.toContain('so that counts');
  });
});
