import * as l10n from '@vscode/l10n';
import type { VNode } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { KnownPrompt } from '../../../src/protocol/inspector.ts';
import { Button } from '../../ui/Button.tsx';
import { Dropdown } from '../../ui/Dropdown.tsx';
import { TextArea } from '../../ui/TextArea.tsx';
import { TextField } from '../../ui/TextField.tsx';
import { kindName } from '../names.ts';

interface PromptBarProps {
  readonly prompt: string;
  readonly known: readonly KnownPrompt[];
  readonly onPrompt: (prompt: string) => void;
}

/** More than a list can show; the others are typed or chosen in the locality table. */
const limit = 200;

/** The prompt that is read: typed, or one of the edit's probes. */
export function PromptBar({ prompt, known, onPrompt }: PromptBarProps): VNode {
  const [typed, setTyped] = useState(prompt);
  useEffect(() => setTyped(prompt), [prompt]);
  const read = () => typed.trim() !== '' && onPrompt(typed);
  const options = known.slice(0, limit).map(({ kind, prompt: text }, index) => ({
    value: String(index),
    text: `${kindName(kind)} · ${text}`,
  }));
  const chosen = known.slice(0, limit).findIndex(({ prompt: text }) => text === prompt);
  return (
    <div class="prompt-bar">
      {prompt.includes('\n') ? (
        <TextArea
          label={l10n.t('Prompt')}
          value={typed}
          rows={3}
          onInput={setTyped}
          onKeyDown={({ key, ctrlKey, metaKey }) => key === 'Enter' && (ctrlKey || metaKey) && read()}
        />
      ) : (
        <TextField
          label={l10n.t('Prompt')}
          placeholder={l10n.t('Text for the model to read')}
          value={typed}
          onInput={setTyped}
          onKeyDown={({ key }) => key === 'Enter' && read()}
        />
      )}
      <Button kind="primary" disabled={typed.trim() === '' || typed === prompt} onClick={read}>
        {l10n.t('Read')}
      </Button>
      {options.length > 0 && (
        <Dropdown
          label={l10n.t('Probes of the edit')}
          value={chosen < 0 ? '' : String(chosen)}
          options={chosen < 0 ? [{ value: '', text: l10n.t('Probes…') }, ...options] : options}
          onChange={(value) => {
            const picked = known[Number(value)];
            if (value !== '' && picked !== undefined) onPrompt(picked.prompt);
          }}
        />
      )}
    </div>
  );
}
