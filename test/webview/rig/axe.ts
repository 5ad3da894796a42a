import AxeBuilder from '@axe-core/playwright';
import type { NodeResult } from 'axe-core';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';

/** Nothing that axe finds serious or critical, in the page as it is now, but for what a theme itself says. */
export async function expectAccessible(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  const own = await ownPairs(page);
  const serious = violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map((violation) => ({
      ...violation,
      nodes: violation.nodes.filter((node) => violation.id !== 'color-contrast' || !own.has(pairOf(node))),
    }))
    .filter(({ nodes }) => nodes.length > 0)
    .map(
      ({ id, help, nodes }) =>
        `${id}: ${help}\n  ${nodes.map(({ html, failureSummary }) => `${html}\n    ${failureSummary}`).join('\n  ')}`,
    );
  expect(serious).toEqual([]);
}

/**
 * Colors that a theme has for text and for what stands behind it. Solarized's buttons are white on ochre (2.7), in VS Code
 * as in our pages: who chose the theme expects its buttons.
 */
const pairs = [
  ['button-foreground', 'button-background'],
  ['button-foreground', 'button-hoverBackground'],
  ['input-foreground', 'input-background'],
  ['input-placeholderForeground', 'input-background'],
  ['panelTitle-inactiveForeground', 'editor-background'],
  ['list-activeSelectionForeground', 'list-activeSelectionBackground'],
] as const;

async function ownPairs(page: Page): Promise<ReadonlySet<string>> {
  const found = await page.evaluate((names) => {
    const { style } = document.documentElement;
    const value = (name: string) => style.getPropertyValue(`--vscode-${name}`).trim().toLowerCase();
    return names.map(([front, back]) => `${value(front)} on ${value(back)}`);
  }, pairs);
  return new Set(found);
}

/** As axe has measured them. */
function pairOf({ any }: NodeResult): string {
  const data: { fgColor?: string; bgColor?: string } = any[0]?.data ?? {};
  return `${data.fgColor} on ${data.bgColor}`;
}
