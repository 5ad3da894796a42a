import { InputError } from '../../engine/errors.ts';
import { writeWhole } from '../../engine/files/atomicWrite.ts';
import { readJson } from '../../engine/json/readJson.ts';
import { readText } from '../../engine/json/readText.ts';
import {
  ContextDefenceV1,
  readContextDefence,
  writeContextDefence,
} from '../../formats/contextDefence/v1.ts';
import { newerVersion } from '../../formats/version.ts';
import type { ContextDefence, Defended, LearnedDefence } from '../../protocol/contextDefence.ts';
import type { Share } from '../../protocol/measures.ts';
import { probability as percent, share, withInterval } from '../../text/numbers.ts';
import { visible } from '../../text/visible.ts';
import type { DefineCommand } from '../cli.ts';
import { readEdits } from '../editsInput.ts';
import { printJson } from '../json.ts';
import { wholeNumber } from '../options.ts';
import type { Style } from '../style.ts';

const examples = `
Examples:
  Learn from edits in context (IKE), measure on every second of them, and keep what was learned:
  $ palimpsest reversal learn model.gguf --dataset facts.edits.json --out model.reversal.json

  Look at one prompt:
  $ palimpsest reversal ask model.gguf --reversal model.reversal.json --prompt "New Fact: ... Prompt: ..."

Only the likeliest next tokens are used, as with a model that can only be prompted (after arXiv 2410.12586).
The text is found by search and put as a line of its own before the prompt's last line, which holds the question.
`;

interface LearnOptions {
  readonly dataset: string;
  readonly edits?: number;
  readonly top?: number;
  readonly out?: string;
  readonly json?: true;
}

interface AskOptions {
  readonly reversal: string;
  readonly prompt: string;
  readonly json?: true;
}

export const reversal: DefineCommand = (program, cli) => {
  const parent = program
    .command('reversal')
    .description('detect and undo facts in context (IKE) from the next-token probabilities alone')
    .addHelpText('after', examples);
  parent
    .command('learn')
    .description('fit the detector, search the text, and measure both on every second edit')
    .argument('<model>', 'GGUF file or URI')
    .requiredOption('--dataset <file>', 'the edits file, NAME.edits.json; its edits are put into the context')
    .option('--edits <n>', 'only the first N edits', wholeNumber(4))
    .option('--top <k>', 'next tokens to use (default: 10)', wholeNumber(1))
    .option('--out <file>', 'file for what was learned')
    .option('--json', 'print JSON')
    .action(async (model: string, { dataset, edits: number, top, out, json }: LearnOptions) => {
      const params = { model, edits: await readEdits(dataset), number, top };
      const { reversal: learned } = await cli.call('learnDefence', params, json, renderLearned);
      if (out === undefined) return;
      await writeWhole(out, printJson(writeContextDefence(learned)), { protect: [dataset] });
      if (!json) cli.terminal.out(`\nWritten: ${visible(out)}\n`);
    });
  parent
    .command('ask')
    .description('judge one prompt, and answer it with the text')
    .argument('<model>', 'GGUF file or URI')
    .requiredOption('--reversal <file>', 'what `reversal learn` wrote')
    .requiredOption('--prompt <text>', 'what the model continues')
    .option('--json', 'print JSON')
    .action(async (model: string, { reversal: file, prompt, json }: AskOptions) => {
      const params = { model, reversal: await openReversal(file), prompt };
      await cli.call('defend', params, json, renderDefended);
    });
};

/** What `reversal learn` wrote, in whatever version that can be read. */
async function openReversal(file: string): Promise<ContextDefence> {
  const read = readJson(await readText(file, maxBytes), maxValues);
  const value = 'problems' in read ? undefined : read.value;
  const newer = newerVersion(value);
  if (newer !== undefined) throw new InputError(`${file} ${newer}.`);
  const { data } = ContextDefenceV1.safeParse(value);
  if (data === undefined) throw new InputError(`${file} is not what \`palimpsest reversal learn\` writes.`);
  return readContextDefence(data);
}

const maxBytes = 1 << 20;
const maxValues = 10_000;

function renderLearned(found: LearnedDefence, style: Style): string {
  const { detection, worked, recovered, recoveredWithoutText, keptPlain, learnedFrom, protocol } = found;
  const { text } = found.reversal;
  const rows = [
    ['edits in context that are believed', shown(worked)],
    ['detected: recall', shown(detection.found)],
    ['... precision', shown(detection.precision)],
    ['... F1', share(detection.f1)],
    ['false alarms: plain questions', shown(detection.falseOnPlain)],
    ['... behind an edit of another fact', shown(detection.falseOnOthers)],
    ['original answer back with the text', shown(recovered)],
    ['... with an empty line instead', shown(recoveredWithoutText)],
    ['plain questions that the text leaves alone', shown(keptPlain)],
  ] as const;
  const said =
    text === null
      ? 'This model believes no fact in its context, so there is nothing to undo.'
      : `Text: ${visible(text)}`;
  return `${style.heading(`Learned from ${learnedFrom} edits, measured on others`)}${style.pairs(rows)}\n${said}\n${style.c.dim(protocol)}\n`;
}

function renderDefended({ probability, edited, before, after }: Defended, style: Style): string {
  const right = (head: string) => ({ head, align: 'right' }) as const;
  const rows = before.map(({ token, p }, i) => {
    const other = after[i];
    return [visible(token), percent(p), visible(other?.token ?? ''), percent(other?.p)];
  });
  const verdict = edited ? 'The prompt edits what it asks for' : 'No edit of what is asked for';
  const columns = [{ head: 'as it is' }, right('p'), { head: 'with the text' }, right('p')];
  return `${verdict} (probability ${percent(probability)}).\n${style.table(columns, rows)}`;
}

const shown = (found: Share | null) => (found === null ? '–' : `${withInterval(found)} of ${found.n}`);
