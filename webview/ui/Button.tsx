import { provideVSCodeDesignSystem, vsCodeButton } from '@vscode/webview-ui-toolkit';
import type { ComponentChildren, VNode } from 'preact';
import { toolkit } from './toolkit.ts';

provideVSCodeDesignSystem().register(vsCodeButton());
const Element = toolkit<{
  appearance: 'primary' | 'secondary' | 'icon';
  disabled: boolean;
  title: string | undefined;
  'aria-label': string | undefined;
  'aria-pressed': boolean | undefined;
  onClick: () => void;
}>('vscode-button');

interface ButtonProps {
  readonly kind?: 'primary' | 'secondary' | 'icon';
  readonly disabled?: boolean;
  /** The name for screen readers, and the tooltip; needed where the children are no text. */
  readonly label?: string;
  /** Makes it a switch that is on or off. */
  readonly pressed?: boolean;
  readonly onClick: () => void;
  readonly children: ComponentChildren;
}

export function Button({
  kind = 'secondary',
  disabled = false,
  label,
  pressed,
  onClick,
  children,
}: ButtonProps): VNode {
  return (
    <Element
      appearance={kind}
      disabled={disabled}
      title={label}
      aria-label={label}
      aria-pressed={pressed}
      onClick={onClick}
    >
      {children}
    </Element>
  );
}
