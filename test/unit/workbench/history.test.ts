import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { History } from '../../../src/workbench/patches/history.ts';

/** A list of what is on, changed by steps that know both sides, as the workbench's are. */
function bench() {
  let on: string[] = [];
  const history = new History();
  const change = (title: string, after: string[]) => {
    const before = on;
    on = after;
    const to = (state: string[]) => async () => {
      on = state;
    };
    history.push({ title, undo: to(before), redo: to(after) });
  };
  return { history, change, on: () => on };
}

describe('undoing', () => {
  it('goes back and forth, and says what it did', async () => {
    const { history, change, on } = bench();
    change('Apply a', ['a']);
    change('Apply b', ['a', 'b']);
    expect(await history.undo()).toBe('Apply b');
    expect(on()).toEqual(['a']);
    expect(await history.redo()).toBe('Apply b');
    expect(on()).toEqual(['a', 'b']);
    expect(await history.redo()).toBeUndefined();
  });

  it('forgets what was undone once something new is done', async () => {
    const { history, change } = bench();
    change('Apply a', ['a']);
    await history.undo();
    change('Apply b', ['b']);
    expect(await history.redo()).toBeUndefined();
  });

  it('keeps a step that could not be undone', async () => {
    const { history } = bench();
    const undo = () => Promise.reject(new Error('no'));
    history.push({ title: 'Apply a', undo, redo: undo });
    await expect(history.undo()).rejects.toThrow('no');
    await expect(history.undo()).rejects.toThrow('no');
  });

  it('brings back every state in turn, whatever was done', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(fc.string(), { maxLength: 3 }), { maxLength: 20 }),
        async (states) => {
          const { history, change, on } = bench();
          for (const state of states) change('', state);
          for (const state of [[], ...states].slice(0, -1).reverse()) {
            await history.undo();
            expect(on()).toEqual(state);
          }
          for (const state of states) {
            await history.redo();
            expect(on()).toEqual(state);
          }
        },
      ),
    );
  });
});
