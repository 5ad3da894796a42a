import { provideVSCodeDesignSystem, vsCodeDropdown, vsCodeOption } from '@vscode/webview-ui-toolkit';
import type { VNode } from 'preact';
import { toolkit } from './toolkit.ts';

provideVSCodeDesignSystem().register(vsCodeDropdown(), vsCodeOption());
const Element = toolkit<{
  value: string;
  disabled: boolean;
  'aria-label': string;
  onChange: (event: { readonly currentTarget: { readonly value: string } }) => void;
}>('vscode-dropdown');
const Option = toolkit<{ value: string; selected: boolean }>('vscode-option');

interface DropdownProps<V extends string> {
  readonly label: string;
  readonly value: V;
  readonly options: readonly { readonly value: V; readonly text: string }[];
  readonly disabled?: boolean;
  readonly onChange: (value: V) => void;
}

/** One of several; `label` is its name for screen readers. */
export function Dropdown<V extends string>({
  label,
  value,
  options,
  disabled = false,
  onChange,
}: DropdownProps<V>): VNode {
  return (
    <Element
      aria-label={label}
      value={value}
      disabled={disabled}
      onChange={({ currentTarget }) => {
        const chosen = options.find((option) => option.value === currentTarget.value);
        if (chosen !== undefined && chosen.value !== value) onChange(chosen.value);
      }}
    >
      {options.map((option) => (
        <Option key={option.value} value={option.value} selected={option.value === value}>
          {option.text}
        </Option>
      ))}
    </Element>
  );
}
