import { InputError } from '../../engine/errors.ts';
import { readPolicy } from '../../engine/review/policy/policies.ts';
import { reviewUntilCrash } from '../../engine/review/untilCrash.ts';
import { visible } from '../../text/visible.ts';
import type { Cli, DefineCommand } from '../cli.ts';
import { downloadOption, repeated, symlinksOption } from '../options.ts';

const examples = `
Examples:
  $ palimpsest record edited.gguf --base model.gguf --patch facts.patch.gguf --out edited.cdx.json
  $ palimpsest record candidate.gguf --base base.gguf --policy fine-tune --no-trace --out candidate.cdx.json
  $ palimpsest record model/ --signature model.sig --key pub.pem
  $ palimpsest record edited.gguf --base model.gguf --private-key key.pem --attestation edited.cdx.sigstore.json

The record is a CycloneDX 1.6 bill of materials (ML-BOM): digests of all files, base, patches with their edits and measures,
the verified signature, and what a review against the base finds (without --base there is none). Patches are recorded only
after the model was rebuilt from them byte for byte. --attestation also writes the record as a signed in-toto statement in a
Sigstore bundle, as "cosign attest --type cyclonedx" does.
`;

interface RecordOptions {
  readonly base?: string;
  readonly patch?: string[];
  readonly policy?: string;
  readonly trace: boolean;
  readonly review: boolean;
  readonly signature?: string;
  readonly key?: string;
  readonly certificateChain?: string[];
  readonly attestation?: string;
  readonly privateKey?: string;
  readonly certificate?: string;
  readonly signerChain?: string[];
  readonly allowSymlinks?: true;
  readonly out?: string;
  readonly download?: number;
}

export const record: DefineCommand = (program, cli) => {
  program
    .command('record')
    .description('write what a model was made from, its edits, digests and review as a CycloneDX ML-BOM')
    .argument('<candidate>', 'GGUF file, Hugging Face folder or URI')
    .option('--base <model>', 'what it was made from; it is reviewed against it')
    .option('--patch <file>', 'a patch that is in it; repeatable', repeated)
    .option('--policy <name>', 'a policy, or a policy file, whose verdict is recorded')
    .option('--no-trace', 'review without loading the models to find out what was edited')
    .option('--no-review', 'record the base without a review against it')
    .option('--signature <file>', 'its signature; needs --key or --certificate-chain')
    .option('--key <file>', 'PEM file of the public key of the signature')
    .option('--certificate-chain <file>', 'PEM file of authorities of the signature; repeatable', repeated)
    .option(
      '--attestation <file>',
      'also write the record as a signed in-toto statement; needs --private-key',
    )
    .option('--private-key <file>', 'PEM file of the key that signs the statement')
    .option('--certificate <file>', 'PEM file of the certificate of that key')
    .option('--signer-chain <file>', 'PEM file of authorities above it; repeatable', repeated)
    .option(...symlinksOption)
    .option(...downloadOption)
    .option('--out <file>', 'write the record there instead of to stdout')
    .addHelpText('after', examples)
    .action(async (candidate: string, options: RecordOptions) => {
      const { base, patch: patches, out, allowSymlinks } = options;
      const asked = {
        candidate,
        base,
        patches,
        ...signatureOf(options),
        ...attestationOf(options),
        allowSymlinks,
        out,
        download: options.download,
      };
      const reviewed = await reviewFor(cli, candidate, options);
      const { bom, attestation } = await cli.listen('record', { ...asked, reviewed }, () => {});
      if (out === undefined) cli.terminal.out(bom);
      if (attestation !== null) cli.terminal.err(`Written: ${visible(attestation)}\n`);
    });
};

/** @throws what ended the review, if it did not come to its end: half a review is not recorded */
async function reviewFor(
  cli: Cli,
  candidate: string,
  { base, policy: name, trace, review, download }: RecordOptions,
) {
  if (base === undefined || !review) {
    if (name !== undefined)
      throw new InputError('A policy is for a review against the base; name it with --base.');
    return undefined;
  }
  const policy = name === undefined ? undefined : await readPolicy(name);
  const { found, crash } = await reviewUntilCrash((onEvent) =>
    cli.listen('review', { base, candidate, policy, trace, download }, onEvent),
  );
  if (crash !== undefined) throw crash;
  return found;
}

function signatureOf({ signature, key, certificateChain }: RecordOptions) {
  if (signature !== undefined) return { signature: { path: signature, key, certificates: certificateChain } };
  if (key === undefined && certificateChain === undefined) return {};
  throw new InputError(
    '--key and --certificate-chain are for the signature of the model; name it with --signature.',
  );
}

function attestationOf({ attestation: out, privateKey, certificate, signerChain }: RecordOptions) {
  if (out === undefined && privateKey === undefined) return {};
  if (out === undefined || privateKey === undefined) {
    throw new InputError(
      '--attestation and --private-key belong together: where the statement goes, and who signs it.',
    );
  }
  const passphrase = process.env['PALIMPSEST_KEY_PASSPHRASE'];
  return { attestation: { out, key: privateKey, passphrase, certificate, certificateChain: signerChain } };
}
