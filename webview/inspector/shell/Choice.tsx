import type { VNode } from 'preact';

interface ChoiceProps<V extends string> {
  /** What is chosen, for screen readers. */
  readonly label: string;
  readonly value: V;
  readonly options: readonly { readonly value: V; readonly text: string }[];
  readonly onChange: (value: V) => void;
}

/** One of a few, all of them in sight. Arrow keys move the choice, as among radio buttons. */
export function Choice<V extends string>({ label, value, options, onChange }: ChoiceProps<V>): VNode {
  return (
    <fieldset class="choice">
      <legend class="unseen">{label}</legend>
      {options.map((option) => (
        <label key={option.value} class={option.value === value ? 'chosen' : undefined}>
          <input
            type="radio"
            class="unseen"
            name={label}
            value={option.value}
            checked={option.value === value}
            onChange={() => onChange(option.value)}
          />
          {option.text}
        </label>
      ))}
    </fieldset>
  );
}
