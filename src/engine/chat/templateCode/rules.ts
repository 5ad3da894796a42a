import { lengthAskedFor, wordsAskedFor } from './askedOfSpoken.ts';
import { leavesOutSystem, writesSystem } from './systemTurns.ts';
import { toolsAskedFor } from './toolUse.ts';
import { below, callOf, type Found, isComparison, partsOf, type TemplateNode } from './tree.ts';
import { isWords } from './words.ts';

/** One thing that chat templates need not do, and that those who tamper with them do. */
export interface TemplateRule {
  readonly id: string;
  /** As a sentence begins that ends with what was found. */
  readonly says: string;
  /** Who describes it. */
  readonly source: string;
  readonly find: (template: TemplateTree) => Iterable<Found>;
}

/** A parsed template with what several rules ask of it. */
export interface TemplateTree {
  readonly root: TemplateNode;
  /** Names whose values are, or hold, what somebody wrote in a conversation. */
  readonly spoken: ReadonlySet<string>;
  /** What is tested, with what depends on it. */
  readonly conditions: readonly { readonly test: TemplateNode; readonly body: readonly TemplateNode[] }[];
}

const backdoors = 'Inference-Time Backdoors via Hidden Instructions in LLM Chat Templates, arXiv:2602.04653';

/** All rules. How often each is wrong about templates of real models stands in REVIEWING.md. */
export const rules: readonly TemplateRule[] = [
  {
    id: 'condition-on-words',
    says: 'It looks for words in what is said',
    source: `${backdoors} (triggers)`,
    *find({ conditions, spoken }) {
      for (const { test } of conditions) {
        for (const node of below(test)) yield* wordsAskedFor(node, spoken);
      }
    },
  },
  {
    id: 'condition-on-length',
    says: 'It behaves differently by how much was said',
    source: `${backdoors} (triggers)`,
    *find({ conditions, spoken }) {
      for (const { test } of conditions) {
        for (const node of below(test)) {
          const length = isComparison(node) ? lengthAskedFor(node, spoken) : undefined;
          if (length !== undefined) yield { node, text: length };
        }
      }
    },
  },
  {
    id: 'condition-on-date',
    says: 'It behaves differently by date or time',
    source: `${backdoors} (triggers); Hubinger et al., Sleeper Agents, arXiv:2401.05566`,
    *find({ conditions }) {
      for (const { test } of conditions) {
        for (const node of below(test)) {
          if (node.type === 'BinaryExpression' && isComparison(node) && tellsTime(node))
            yield { node, text: node.value };
        }
      }
    },
  },
  {
    id: 'condition-on-tool',
    says: 'It behaves differently by the name of a tool',
    source: `${backdoors} (triggers); Greshake et al., arXiv:2302.12173 (tools)`,
    *find({ root }) {
      yield* toolsAskedFor(root);
    },
  },
  {
    id: 'writes-tool-call',
    says: 'It writes a call of a tool by itself',
    source: `${backdoors}; OWASP LLM06:2025 (excessive agency)`,
    *find({ root }) {
      for (const node of writtenTexts(root)) {
        const found = toolCall.exec(node.value);
        if (found !== null) yield { node, text: found[0] };
      }
    },
  },
  {
    id: 'drops-system-turns',
    says: 'It leaves out what the system says',
    source: 'OWASP LLM01:2025; arXiv:2602.04653 (instruction hierarchy)',
    *find({ root }) {
      if (!writesSystem(root)) yield* leavesOutSystem(root);
    },
  },
  {
    id: 'changes-words',
    says: 'It replaces words in what is said',
    source: `${backdoors} (integrity degradation)`,
    *find({ root }) {
      for (const node of below(root)) {
        const [name, args] = callOf(node);
        const [from] = args.filter(({ type }) => type === 'StringLiteral');
        if (name === 'replace' && from !== undefined && isWords(from.value))
          yield { node: from, text: from.value };
      }
    },
  },
  {
    id: 'secret-instruction',
    says: 'It tells the model to hide something, or to disregard what it was told',
    source: 'Pillar Security, LLM Backdoors at the Inference Level (2025); OWASP LLM01:2025',
    *find({ root }) {
      for (const node of writtenTexts(root)) {
        const found = secrecy.exec(node.value);
        if (found !== null) yield { node, text: found[0] };
      }
    },
  },
  {
    id: 'begins-the-answer',
    says: 'It begins the answer with words',
    source: 'Splunk, Investigating GGUF Model Templates at Scale (2026): response prefixes',
    *find({ conditions }) {
      for (const { test, body } of conditions) {
        const asks = [...below(test)].some(({ value }) => value === 'add_generation_prompt');
        if (!asks) continue;
        for (const part of body) {
          for (const node of writtenTexts(part)) {
            const words = withoutMarkup(node.value).match(/\p{L}{2,}/gu) ?? [];
            if (words.length >= 4) yield { node, text: words.join(' ') };
          }
        }
      }
    },
  },
  {
    id: 'address',
    says: 'It writes an address',
    source: `${backdoors} (forbidden resource emission)`,
    *find({ root }) {
      for (const node of writtenTexts(root)) {
        const found = address.exec(node.value);
        if (found !== null) yield { node, text: found[0] };
      }
    },
  },
  {
    id: 'hidden-text',
    says: 'It holds characters that cannot be seen, or text that a page does not show',
    source: 'Boucher and Anderson, Trojan Source, CVE-2021-42574; arXiv:2602.04653 (HTML comments)',
    *find({ root }) {
      for (const node of below(root)) {
        const found = invisible.exec(node.value) ?? (isWritten(node) ? /<!--/.exec(node.value) : null);
        if (found !== null) yield { node, text: found[0] };
      }
    },
  },
  {
    id: 'encoded-text',
    says: 'It holds a long run of encoded text',
    source: `${backdoors} (Base64-encoded URLs)`,
    *find({ root }) {
      for (const node of writtenTexts(root)) {
        const found = encoded.exec(node.value);
        if (found !== null) yield { node, text: found[0] };
      }
    },
  },
  {
    id: 'reaches-out',
    says: 'It reaches for what lies behind the values that it is given, as code that breaks out of a renderer does',
    source: 'CVE-2024-34359 (llama-cpp-python), CVE-2026-5760 (SGLang)',
    *find({ root }) {
      for (const node of below(root)) {
        const named = node.type === 'Identifier' || node.type === 'StringLiteral';
        if (named && internals.test(node.value)) yield { node, text: node.value };
        // the filter that reads attributes by their names, whatever those are made of
        const isFilter = node.type === 'FilterExpression' && callOf(node)[0] === 'attr';
        if (isFilter) yield { node, text: 'attr' };
      }
    },
  },
];

const secrecy =
  /\b(?:do not|don't|never|without) (?:mention(?:ing)?|reveal(?:ing)?|disclos(?:e|ing)|tell(?:ing)? the user(?! about function calls)|let the user know)\b|\b(?:ignore|disregard|forget) (?:all |any )?(?:of )?(?:the |your )?(?:previous|prior|above|earlier|other|preceding)\b|\b(?:secretly|covertly|surreptitiously|unbeknownst|stealthily)\b/i;
const address =
  /\b(?:https?|ftp|wss?|data):\/{0,2}[\w.-]+\.\w{2,}\S*|\bwww\.\w+\.\w+|\b\d{1,3}(?:\.\d{1,3}){3}\b/i;
/** A call with its name and what it is called with; in examples of the form stands a name in brackets. */
const toolCall = /"name"\s*:\s*"[A-Za-z_][\w.-]*"\s*,\s*"(?:arguments|parameters|args)"\s*:\s*\{\s*"/;
const encoded = /[A-Za-z0-9+/]{48,}={0,2}|(?:[0-9a-f]{2}){32,}|(?:\\x[0-9a-f]{2}){8,}/i;
/** Zero-width and bidirectional signs, tags, soft hyphens, private use: what a reader cannot see. */
const invisible = /[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ue000-\uf8ff\u{e0000}-\u{e0fff}]/u;
const internals =
  /^(?:__\w+__|_?_(?:globals|builtins|import|class|subclasses|mro|base|init)\w*|lipsum|cycler|joiner|self|os|popen|subprocess|getattr|eval|exec|environ|get_flashed_messages|url_for)$/;
const dateName =
  /^(?:strftime_now|now|datetime|date|date_string|time|timestamp|year|month|day|weekday|hour)$/;

/** Texts that can become part of the prompt: the template's own, and literals that are not compared with anything. */
function* writtenTexts(node: TemplateNode, compared = false): Generator<TemplateNode> {
  if (isWritten(node) && !compared) yield node;
  for (const [name, list] of Object.entries(node.parts)) {
    const inside = compared || name === 'test' || name === 'condition' || isComparison(node);
    for (const part of list) yield* writtenTexts(part, inside);
  }
}

const isWritten = ({ type }: TemplateNode): boolean => type === 'StringLiteral';
/** Does one side come from a clock, and is it held against a constant? */
function tellsTime(node: TemplateNode): boolean {
  const sides = [...partsOf(node, 'left'), ...partsOf(node, 'right')].map((side) => [...below(side)]);
  const clock = sides.some((side) =>
    side.some(({ type, value }) => type === 'Identifier' && dateName.test(value)),
  );
  const constant = sides.some((side) =>
    side.some(({ type }) => /^(?:String|Integer|Float)Literal$/.test(type)),
  );
  return clock && constant;
}

/** What is left of a text without special tokens, tags and markers. */
function withoutMarkup(text: string): string {
  return text
    .replace(/<[^<>\n]{1,60}>|\[[^[\]\n]{1,40}\]|＜[^＞]{1,40}＞|<｜[^｜]{1,40}｜>/g, ' ')
    .replace(/\b(?:assistant|user|system|model|tool|final|analysis|channel|message|start)\b/gi, ' ');
}
