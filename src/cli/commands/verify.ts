import type { Verified } from '../../protocol/provenance.ts';
import { bytes, plural } from '../../text/numbers.ts';
import { visible } from '../../text/visible.ts';
import { type DefineCommand, PolicyError } from '../cli.ts';
import { downloadOption, repeated, symlinksOption } from '../options.ts';
import { predicatePairs } from '../predicatePairs.ts';
import type { Style } from '../style.ts';

const examples = `
Examples:
  $ palimpsest verify model.gguf --signature model.sig --key pub.pem
  $ palimpsest verify model.gguf --signature model.sig --certificate-chain root.pem
  $ palimpsest verify edited.gguf --signature edited.sig --key pub.pem --base model.gguf --patch facts.patch.gguf
  $ palimpsest verify edited.gguf --signature edited.cdx.sigstore.json --key pub.pem

A wrong signature, another key, a changed or missing file end with exit code 2 and the reason. With --base and --patch
the checkpoint is rebuilt; exit code 1 means that it holds more than the declared edits. Signatures of the PyPI
package model-signing 1.1 with elliptic-curve keys or certificates are verified as well. A certificate must be valid now,
since nothing shows when it was used; revocation is not looked up. The signature may also be an in-toto attestation, as
"record --attestation" writes it: what it says of the files is shown, whole with --json.
`;

interface VerifyOptions {
  readonly signature: string;
  readonly key?: string;
  readonly certificateChain?: string[];
  readonly logFingerprints?: true;
  readonly base?: string;
  readonly patch?: string[];
  readonly allowSymlinks?: true;
  readonly download?: number;
  readonly json?: true;
}

export const verify: DefineCommand = (program, cli) => {
  program
    .command('verify')
    .description('check a model against its signature, and that only the declared edits happened')
    .argument('<path>', 'a model file, any part of a split model, a folder, or a reference (hf:, https:)')
    .requiredOption('--signature <file>', 'the signature')
    .option('--key <file>', 'PEM file of the public key')
    .option('--certificate-chain <file>', 'PEM file of authorities, a root among them; repeatable', repeated)
    .option('--log-fingerprints', 'print the SHA-256 fingerprints of the certificates')
    .option('--base <file>', 'rebuild the model from this base')
    .option('--patch <file>', 'and this patch; repeatable', repeated)
    .option(...symlinksOption)
    .option(...downloadOption)
    .option('--json', 'print JSON')
    .addHelpText('after', examples)
    .action(async (path: string, options: VerifyOptions) => {
      const {
        signature,
        key,
        certificateChain,
        base,
        patch: patches,
        allowSymlinks,
        download,
        json,
      } = options;
      const trusted = { key, certificates: certificateChain };
      const params = { path, signature, ...trusted, base, patches, allowSymlinks, download };
      const found = await cli.call('verify', params, json, (verified, style) =>
        render(verified, style, options.logFingerprints === true),
      );
      if (found.rebuilt === false) {
        throw new PolicyError(
          `${path} is not its base with the declared patches: something else was changed.`,
        );
      }
    });
};

function render(
  { digest, files, key, certificates, statement, predicate, rebuilt, downloaded }: Verified,
  style: Style,
  fingerprints: boolean,
): string {
  const edits = statement?.patches.flatMap(({ edits }) => edits) ?? [];
  const pairs = style.pairs([
    ['signature', style.verdict(true)],
    ['files', plural(files, 'file')],
    ['digest', digest],
    ...(downloaded === null
      ? []
      : [['downloaded', `${bytes(downloaded)}; digests of files in Git LFS are what the hub says`] as const]),
    ['key', key],
    ...certificates
      .slice(0, 1)
      .map(({ subject, validTo }) => ['signer', `${subject} (until ${validTo.slice(0, 10)})`] as const),
    ...certificates.slice(1).map(({ subject }) => ['authority', subject] as const),
    ...(fingerprints ? certificates.map(({ fingerprint }) => ['fingerprint', fingerprint] as const) : []),
    ...(predicate === null ? [] : [['attests', visible(predicate.type)] as const]),
    [
      'declares',
      statement === null ? 'no edits' : `${plural(edits.length, 'edit')} of ${visible(statement.base.name)}`,
    ],
    [
      'rebuilt',
      rebuilt === null
        ? 'not tried (--base, --patch)'
        : rebuilt
          ? 'every byte is accounted for'
          : style.verdict(false),
    ],
  ]);
  const rows = edits.map(({ id, subject, target, layer }) => [
    visible(id),
    visible(subject),
    visible(target.true ?? '–'),
    visible(target.new),
    String(layer),
  ]);
  const heads = ['edit', 'subject', 'before', 'after', 'layer'].map((head) => ({ head }));
  return (
    pairs +
    (rows.length === 0 ? '' : style.heading('Declared edits') + style.table(heads, rows)) +
    (predicate === null ? '' : style.heading('What is attested') + style.pairs(predicatePairs(predicate)))
  );
}
