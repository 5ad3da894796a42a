import { provideVSCodeDesignSystem, vsCodeTextArea } from '@vscode/webview-ui-toolkit';
import type { VNode } from 'preact';
import { toolkit } from './toolkit.ts';
import { useAriaLabel } from './useAriaLabel.ts';

provideVSCodeDesignSystem().register(vsCodeTextArea());
const Element = toolkit<{
  value: string;
  rows: number;
  resize: 'vertical';
  placeholder: string | undefined;
  disabled: boolean;
  onInput: (event: { readonly currentTarget: { readonly value: string } }) => void;
  onKeyDown: ((event: KeyboardEvent) => void) | undefined;
}>('vscode-text-area');

interface TextAreaProps {
  /** The name for screen readers. */
  readonly label: string;
  readonly value: string;
  readonly rows?: number;
  readonly placeholder?: string;
  readonly disabled?: boolean;
  readonly onInput: (value: string) => void;
  readonly onKeyDown?: (event: KeyboardEvent) => void;
}

/** Several lines of text. */
export function TextArea({
  label,
  value,
  rows = 3,
  placeholder,
  disabled = false,
  onInput,
  onKeyDown,
}: TextAreaProps): VNode {
  return (
    <Element
      ref={useAriaLabel(label)}
      value={value}
      rows={rows}
      resize="vertical"
      placeholder={placeholder}
      disabled={disabled}
      onInput={({ currentTarget }) => onInput(currentTarget.value)}
      onKeyDown={onKeyDown}
    />
  );
}
