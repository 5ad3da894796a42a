import { InputError } from '../../engine/errors.ts';
import type { Signed } from '../../protocol/provenance.ts';
import { plural } from '../../text/numbers.ts';
import { visible } from '../../text/visible.ts';
import type { DefineCommand } from '../cli.ts';
import { repeated, symlinksOption } from '../options.ts';
import type { Style } from '../style.ts';

const examples = `
Examples:
  $ openssl ecparam -name prime256v1 -genkey -noout -out key.pem && openssl ec -in key.pem -pubout -out pub.pem
  $ palimpsest sign model.gguf --key key.pem --out model.sig
  $ palimpsest sign model.gguf --key key.pem --certificate me.pem --certificate-chain between.pem --out model.sig
  $ palimpsest sign edited.gguf --key key.pem --out edited.sig --edits --base model.gguf --patch facts.patch.gguf

Bundles are OpenSSF Model Signing v1.0: "model_signing verify key" or "verify certificate" takes them. With --edits the
signature declares what was edited, after the checkpoint was rebuilt from base and patches and came out the same, byte for
byte. The passphrase of a locked key is read from PALIMPSEST_KEY_PASSPHRASE.
`;

interface SignOptions {
  readonly key?: string;
  readonly privateKey?: string;
  readonly certificate?: string;
  readonly certificateChain?: string[];
  readonly out: string;
  readonly edits?: true;
  readonly base?: string;
  readonly patch?: string[];
  readonly allowSymlinks?: true;
  readonly json?: true;
}

export const sign: DefineCommand = (program, cli) => {
  program
    .command('sign')
    .description('sign a model with your key, and declare the edits that it holds')
    .argument('<path>', 'a model file, any part of a split model, or a folder')
    .option('--key <file>', 'PEM file of a private key (P-256, P-384, P-521)')
    .option('--private-key <file>', 'the same, as model_signing calls it')
    .option('--certificate <file>', 'PEM file of the certificate of that key, which names the signer')
    .option('--certificate-chain <file>', 'PEM file of authorities above it; repeatable', repeated)
    .requiredOption('--out <file>', 'the signature to write')
    .option('--edits', 'declare the edits: needs --base and --patch')
    .option('--base <file>', 'the base that was edited')
    .option('--patch <file>', 'a patch that is in the model; repeatable', repeated)
    .option(...symlinksOption)
    .option('--json', 'print JSON')
    .addHelpText('after', examples)
    .action(async (path: string, options: SignOptions) => {
      const { out, edits, base, patch, allowSymlinks, json } = options;
      const key = privateKeyOf(options);
      const { certificate, certificateChain } = options;
      if (edits === true && (base === undefined || patch === undefined)) {
        throw new InputError('--edits needs --base and --patch, to check what it declares.');
      }
      const declared =
        edits === true && base !== undefined && patch !== undefined ? { base, patches: patch } : undefined;
      const passphrase = process.env['PALIMPSEST_KEY_PASSPHRASE'];
      const signer = { key, passphrase, certificate, certificateChain };
      await cli.call('sign', { path, ...signer, out, edits: declared, allowSymlinks }, json, render);
    });
};

/** The private key, by either name. */
function privateKeyOf({ key, privateKey }: Pick<SignOptions, 'key' | 'privateKey'>): string {
  const named = key ?? privateKey;
  if (named === undefined || (key !== undefined && privateKey !== undefined)) {
    throw new InputError('Name one private key: --key FILE.');
  }
  return named;
}

function render({ out, digest, files, key, certificates, statement }: Signed, style: Style): string {
  return style.pairs([
    ['signed', plural(files, 'file')],
    ['digest', digest],
    ['key', key],
    ...certificates
      .slice(0, 1)
      .map(({ subject, validTo }) => ['signer', `${subject} (until ${validTo.slice(0, 10)})`] as const),
    [
      'declares',
      statement === null
        ? 'no edits'
        : plural(statement.patches.flatMap(({ edits }) => edits).length, 'edit'),
    ],
    ['written', visible(out)],
  ]);
}
