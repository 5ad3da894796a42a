import { Option } from 'commander';
import { InputError } from '../../engine/errors.ts';
import { writeWhole } from '../../engine/files/atomicWrite.ts';
import { readSubjects } from '../../engine/review/attribution/readSubjects.ts';
import { readPolicy } from '../../engine/review/policy/policies.ts';
import { htmlReport } from '../../engine/review/reports/html.ts';
import { markdownReport } from '../../engine/review/reports/markdown.ts';
import { sarifReport } from '../../engine/review/reports/sarif.ts';
import { reviewUntilCrash } from '../../engine/review/untilCrash.ts';
import { writeReview } from '../../formats/review/v1.ts';
import type { Reviewed } from '../../protocol/review.ts';
import { type DefineCommand, PolicyError } from '../cli.ts';
import { readEdits } from '../editsInput.ts';
import { printJson } from '../json.ts';
import { downloadOption, repeated } from '../options.ts';
import { reviewText } from '../reviewText.ts';

const examples = `
Examples:
  $ palimpsest review base.gguf candidate.gguf
  $ palimpsest review base.gguf candidate.gguf --policy requantised --format sarif --out review.sarif
  $ palimpsest review base.gguf candidate.gguf --subjects names.txt --reversal undo.patch.gguf
  $ palimpsest review base.gguf candidate.gguf --format html --out review.html
  $ palimpsest review meta-llama/ finetuned.Q8_0.gguf
  $ palimpsest review base.gguf --adapter lora.gguf
  $ palimpsest review base.gguf hf:org/name/model.gguf#refs/pr/3

A model may lie on the Hugging Face hub (hf:, with the token of HF_TOKEN or "hf auth login") or elsewhere (https:): only
what is looked at is downloaded, and no file that is the base's by the hub's SHA-256. Both files are read once, by position,
in pieces. If an edit is found, both models are loaded to find out what it says; a candidate that crashes the engine is
reported as far as it was read. Policies: requantised (nothing but other number formats), fine-tune (training, but no
rewritten facts), declared-edits (edits only with a signed statement), or a NAME.policy.json. Exit code 1: the policy is not
met; 3: the engine crashed.
`;

const formats = ['text', 'json', 'markdown', 'sarif', 'html'] as const;

interface ReviewOptions {
  readonly format: (typeof formats)[number];
  readonly out?: string;
  readonly subjects?: string;
  readonly edits?: string;
  readonly policy?: string;
  readonly reversal?: string;
  readonly signature?: string;
  readonly trustedKey?: string[];
  readonly trace: boolean;
  readonly download?: number;
  readonly adapter?: string;
}

export const review: DefineCommand = (program, cli) => {
  program
    .command('review')
    .description(
      'compare a checkpoint with its base: what changed, whether a fact was edited, which one, what undoes it',
    )
    .argument('<base>', 'GGUF file, Hugging Face folder or URI')
    .argument('[candidate]', 'GGUF file, Hugging Face folder or URI')
    .option('--adapter <file>', 'review what this adapter makes of the base, instead of a checkpoint')
    .addOption(new Option('--format <format>', 'format of the report').choices(formats).default('text'))
    .option('--out <file>', 'write the report there instead of to stdout')
    .option('--subjects <file>', 'names to try as the subject of an edit, one per line')
    .option('--edits <file>', 'also ask the probes of this edits file')
    .option('--policy <name>', 'a policy, or a policy file; exit with 1 if it is not met')
    .option('--reversal <file>', 'write the patch that undoes the edit')
    .option('--signature <file>', "the candidate's signature, which may declare its edits")
    .option(
      '--trusted-key <file>',
      'public key or root certificate that may declare edits, beside those of the policy',
      repeated,
    )
    .option('--no-trace', 'do not load the models to find out what was edited')
    .option(...downloadOption)
    .addHelpText('after', examples)
    .action(async (base: string, checkpoint: string | undefined, options: ReviewOptions) => {
      const candidate = oneOf(checkpoint, options.adapter);
      const { format, out, subjects, edits, policy, reversal, trace, signature, trustedKey = [] } = options;
      if (signature !== undefined && policy === undefined) {
        throw new InputError(
          '--signature is checked against a policy; name one with --policy, e.g. declared-edits.',
        );
      }
      const read = policy === undefined ? undefined : await readPolicy(policy);
      const params = {
        base,
        candidate,
        adapter: options.adapter !== undefined,
        subjects: subjects === undefined ? undefined : await readSubjects(subjects),
        edits: edits === undefined ? undefined : await readEdits(edits),
        policy: read && { ...read, trustedKeys: [...(read.trustedKeys ?? []), ...trustedKey] },
        signature,
        reversal,
        trace,
        download: options.download,
      };
      const render = { text: (result: Reviewed) => reviewText(result, cli.style), ...renderers }[format];
      const { found: reviewed, crash } = await reviewUntilCrash((onEvent) =>
        cli.listen('review', params, onEvent),
      );
      if (out === undefined) cli.terminal.out(render(reviewed));
      else await writeWhole(out, render(reviewed), { protect: [base, candidate] });
      if (reversal !== undefined && reviewed.reversal === null) {
        cli.terminal.err('No reversal was written: nothing was found that a patch could take back whole.\n');
      }
      if (crash !== undefined) throw crash;
      if (reviewed.policy?.passed === false)
        throw new PolicyError(reviewed.policy.violations.map(({ text }) => text).join('\n'));
    });
};

/** What is reviewed: a checkpoint, or an adapter on the base. */
function oneOf(checkpoint: string | undefined, adapter: string | undefined): string {
  const candidate = checkpoint ?? adapter;
  if (candidate === undefined || (checkpoint !== undefined && adapter !== undefined)) {
    throw new InputError('Name one candidate: a checkpoint, or an adapter with --adapter.');
  }
  return candidate;
}

const renderers = {
  json: (reviewed: Reviewed) => printJson(writeReview(reviewed)),
  markdown: markdownReport,
  sarif: sarifReport,
  html: htmlReport,
};
