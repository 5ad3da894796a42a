import { l10n, window } from 'vscode';

/** @returns undefined where a person gives none */
export async function askStrength(strength: number): Promise<number | undefined> {
  const given = await window.showInputBox({
    title: l10n.t('Strength of the patch'),
    prompt: l10n.t('1 is the edit as computed, 0 has no effect, -1 is the reverse'),
    value: String(strength),
    validateInput: (text) => (isStrength(text) ? undefined : l10n.t('A number from -10 to 10, such as 0.5')),
  });
  return given === undefined ? undefined : Number(given);
}

function isStrength(text: string): boolean {
  return text.trim() !== '' && Math.abs(Number(text)) <= 10;
}
