import { afterEach, describe, expect, it, vi } from 'vitest';
import { askReference } from '../../../../src/workbench/review/askReference.ts';
import { atHand } from '../../../../src/workbench/review/atHand.ts';
import { sideName } from '../../../../src/workbench/review/side.ts';
import { window, workspace } from '../../vscode.ts';

/** A base that lies elsewhere: typed, checked as one types, and asked for only after a yes. */

const name = 'hf:org/name/model.gguf#refs/pr/3';
const typed = vi.spyOn(window, 'showInputBox');
const confirmed = vi.spyOn(window, 'showInformationMessage');
afterEach(() => {
  typed.mockReset();
  confirmed.mockReset();
  workspace.isTrusted = true;
});

describe('asking for a reference', () => {
  it('gives it after a yes that names the model and the host', async () => {
    typed.mockResolvedValue(` ${name} `);
    confirmed.mockImplementation(async (...words) => String(words.at(-1)));
    expect(await askReference()).toEqual({ kind: 'reference', name });
    const [, options] = confirmed.mock.lastCall ?? [];
    expect(options).toMatchObject({
      modal: true,
      detail: expect.stringMatching(/model\.gguf#refs\/pr\/3\n\nhuggingface\.co is asked/),
    });
  });

  it('gives none after a no, or without a name', async () => {
    typed.mockResolvedValueOnce(name).mockResolvedValueOnce('').mockResolvedValueOnce(undefined);
    confirmed.mockResolvedValue(undefined);
    for (let i = 0; i < 3; i++) expect(await askReference()).toBeUndefined();
    expect(confirmed).toHaveBeenCalledTimes(1);
  });

  it.for([
    ['', undefined],
    [name, undefined],
    ['https://example.org/model.gguf', undefined],
    ['model.gguf', 'Begin with hf: or https://.'],
    ['hf:org', expect.stringMatching(/names no repository/)],
    ['https://a:b@example.org/m.gguf', expect.stringMatching(/user name or password/)],
  ] as const)('says as one types what is wrong with %j', async ([text, says]) => {
    typed.mockResolvedValue(undefined);
    await askReference();
    const [options] = typed.mock.lastCall ?? [];
    const { validateInput } = options as { validateInput: (text: string) => unknown };
    expect(validateInput(text)).toEqual(says);
  });

  it('asks nothing in a workspace that is not trusted, nor does a kept review', async () => {
    workspace.isTrusted = false;
    await expect(askReference()).rejects.toThrow(/not trusted, so nothing is downloaded/);
    await expect(atHand({ kind: 'reference', name }, '/none', {})).rejects.toThrow(/not trusted/);
    expect(typed).not.toHaveBeenCalled();
  });
});

it('is called by its file and revision', () => {
  expect(sideName({ kind: 'reference', name })).toEqual({ name: 'model.gguf @ refs/pr/3', detail: name });
});
