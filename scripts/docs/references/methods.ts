import { defaultMethod, EVALUATED, methodEntry } from '../../../src/protocol/methods.ts';
import { markdownTable } from '../../../src/text/markdown.ts';

/** The editing methods, and what is compared with them. */
export function methods(): string {
  return markdownTable(
    [{ name: 'method' }, { name: 'what it does' }, { name: 'what it cannot do' }, { name: 'source' }],
    EVALUATED.map((name) => {
      const { title, summary, limits, paper } = methodEntry(name);
      const [, sentence = summary] = summary.startsWith(`${title}: `) ? summary.split(`${title}: `) : [];
      return [`\`${name}\`${name === defaultMethod ? ' (default)' : ''}`, sentence, limits, paper];
    }),
  );
}
