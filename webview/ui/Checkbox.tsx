import { provideVSCodeDesignSystem, vsCodeCheckbox } from '@vscode/webview-ui-toolkit';
import type { ComponentChildren, VNode } from 'preact';
import { toolkit } from './toolkit.ts';

provideVSCodeDesignSystem().register(vsCodeCheckbox());
const Element = toolkit<{
  checked: boolean;
  disabled: boolean;
  onChange: (event: { readonly currentTarget: { readonly checked: boolean } }) => void;
}>('vscode-checkbox');

interface CheckboxProps {
  readonly checked: boolean;
  readonly disabled?: boolean;
  readonly onChange: (checked: boolean) => void;
  /** The label. */
  readonly children: ComponentChildren;
}

export function Checkbox({ checked, disabled = false, onChange, children }: CheckboxProps): VNode {
  return (
    <Element
      checked={checked}
      disabled={disabled}
      onChange={({ currentTarget }) => {
        // the element also tells when it is set from here
        if (currentTarget.checked !== checked) onChange(currentTarget.checked);
      }}
    >
      {children}
    </Element>
  );
}
