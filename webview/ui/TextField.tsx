import { provideVSCodeDesignSystem, vsCodeTextField } from '@vscode/webview-ui-toolkit';
import type { VNode } from 'preact';
import { toolkit } from './toolkit.ts';
import { useAriaLabel } from './useAriaLabel.ts';

provideVSCodeDesignSystem().register(vsCodeTextField());
const Element = toolkit<{
  value: string;
  placeholder: string | undefined;
  disabled: boolean;
  onInput: (event: { readonly currentTarget: { readonly value: string } }) => void;
  onKeyDown: ((event: KeyboardEvent) => void) | undefined;
}>('vscode-text-field');

interface TextFieldProps {
  /** The name for screen readers. */
  readonly label: string;
  readonly value: string;
  readonly placeholder?: string;
  readonly disabled?: boolean;
  readonly onInput: (value: string) => void;
  readonly onKeyDown?: (event: KeyboardEvent) => void;
}

/** One line of text. */
export function TextField({
  label,
  value,
  placeholder,
  disabled = false,
  onInput,
  onKeyDown,
}: TextFieldProps): VNode {
  return (
    <Element
      ref={useAriaLabel(label)}
      value={value}
      placeholder={placeholder}
      disabled={disabled}
      onInput={({ currentTarget }) => onInput(currentTarget.value)}
      onKeyDown={onKeyDown}
    />
  );
}
