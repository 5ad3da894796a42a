import * as l10n from '@vscode/l10n';
import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import type { HeaderView } from '../../src/protocol/headerPage.ts';
import { visible, visibleLines } from '../../src/text/visible.ts';
import { Dropdown } from '../ui/Dropdown.tsx';
import { Scrolled } from '../ui/Scrolled.tsx';
import { CopyButton } from './CopyButton.tsx';

/** The Jinja templates that put a conversation into the model's form, as plain text. */
export function ChatTemplate({ templates }: Pick<HeaderView, 'templates'>): VNode {
  const [wished, choose] = useState('');
  const template = templates.find(({ name }) => name === wished) ?? templates[0];
  if (template === undefined) {
    return (
      <p class="empty">
        {l10n.t(
          'This file has no chat template: the model continues text and was not made for conversations.',
        )}
      </p>
    );
  }
  return (
    <div class="filled">
      <div class="tools">
        {templates.length > 1 && (
          <Dropdown
            label={l10n.t('Which template')}
            value={template.name}
            options={templates.map(({ name }) => ({
              value: name,
              text: name === '' ? l10n.t('default') : visible(name),
            }))}
            onChange={choose}
          />
        )}
        <CopyButton text={() => template.text}>{l10n.t('Copy')}</CopyButton>
      </div>
      <Scrolled label={l10n.t('Chat template')}>
        <pre class="text">{visibleLines(template.text)}</pre>
      </Scrolled>
    </div>
  );
}
