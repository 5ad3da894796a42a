import { expect, it } from 'vitest';
import { renderTemplate } from '../../../src/engine/chat/renderTemplate.ts';
import { InputError } from '../../../src/engine/errors.ts';
import type { Turn } from '../../../src/protocol/chat.ts';

const render = (template: string, messages: readonly Turn[], addGenerationPrompt = true) =>
  renderTemplate(template, { messages, bos: '<s>', eos: '</s>', addGenerationPrompt });
const asked: readonly Turn[] = [
  { role: 'system', content: 'Be brief.' },
  { role: 'user', content: ' Where? ' },
  { role: 'assistant', content: 'Here.' },
  { role: 'user', content: 'Why?' },
];

/** ChatML, written as model makers write it. */
const chatml = `{%- for message in messages %}
    {{- '<|im_start|>' + message.role + '\\n' + message.content | trim + '<|im_end|>\\n' }}
{%- endfor %}
{%- if add_generation_prompt %}
    {{- '<|im_start|>assistant\\n' }}
{%- endif %}`;

/** Turns between instruction marks, no system role. */
const instruct = `{{ bos_token }}{% for message in messages %}
{% if message['role'] == 'user' %}
[INST] {{ message['content'] }} [/INST]
{% elif message['role'] == 'assistant' %}
{{ message['content'] + eos_token }}
{% else %}
{{ raise_exception('Only user and assistant roles are supported!') }}
{% endif %}{% endfor %}`;

it('renders turns, special tokens and where the assistant begins, as the published template would', () => {
  expect(render(chatml, asked)).toBe(
    '<|im_start|>system\nBe brief.<|im_end|>\n<|im_start|>user\nWhere?<|im_end|>\n' +
      '<|im_start|>assistant\nHere.<|im_end|>\n<|im_start|>user\nWhy?<|im_end|>\n<|im_start|>assistant\n',
  );
  expect(render(chatml, asked.slice(3), false)).toBe('<|im_start|>user\nWhy?<|im_end|>\n');
  expect(render(instruct, asked.slice(1, 3))).toBe('<s>[INST]  Where?  [/INST]\nHere.</s>\n');
});

const refused = (template: string): string => {
  try {
    render(template, asked);
  } catch (error) {
    if (error instanceof InputError) return error.message;
    throw error;
  }
  return 'nothing';
};

it('says the line at which a template refuses a conversation', () => {
  expect(refused(instruct)).toBe(
    'The chat template fails at line 7: Only user and assistant roles are supported!.',
  );
});

it.each([
  ['an expression that is none', '{{ bos_token }}\n\n{{ 1 + }}', 3],
  ['a statement that is none', 'a\n{% for x of y %}{% endfor %}', 2],
  ['a condition that is none', '{# {{ 1 + }} #}\n{% if 1 %}x{% elif == %}{% endif %}', 2],
])('says the line of %s', (_, template, line) => {
  expect(refused(template)).toMatch(new RegExp(`^The chat template is wrong at line ${line}: `));
});

it('says the line of what only fails when it runs', () => {
  expect(refused('{% set x = 1 %}\n{% if x %}\n  {{ nothing.of.it() }}\n{% endif %}')).toMatch(
    /^The chat template fails at line 3: /,
  );
});

it('says that blocks which do not match are wrong, without a line', () => {
  expect(refused('{% if 1 %}\nx')).toMatch(/^The chat template is wrong: /);
});

it('ends a template that does not', () => {
  const loops = '{% for a in range(100000) %}{% for b in range(100000) %}{% endfor %}{% endfor %}';
  expect(refused(loops)).toMatch(/at line 1: it does not end within 1 s\.$/);
});
