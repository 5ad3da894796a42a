import { spawnSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';

/** Is there an `openssl` that makes certificates? */
export const withoutOpenssl = spawnSync('openssl', ['version']).status !== 0 && process.env['CI'] !== 'true';

export interface Identity {
  readonly key: string;
  readonly certificate: string;
}

const authority = ['basicConstraints=critical,CA:TRUE', 'keyUsage=critical,keyCertSign,cRLSign'];
export const signing = ['basicConstraints=critical,CA:FALSE', 'keyUsage=critical,digitalSignature'];

/** Makes certificates in a folder with OpenSSL, as an organization would. */
export class Certificates {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** A root that signed itself. */
  root(name: string, extensions = authority, curve = 'prime256v1'): Promise<Identity> {
    return this.#issue(name, extensions, curve, undefined);
  }

  /** A certificate that `issuer` signs: of an authority, or with other extensions. */
  issued(
    name: string,
    issuer: Identity,
    extensions: readonly string[] = authority,
    curve = 'prime256v1',
  ): Promise<Identity> {
    return this.#issue(name, extensions, curve, issuer);
  }

  async #issue(
    name: string,
    extensions: readonly string[],
    curve: string,
    issuer: Identity | undefined,
  ): Promise<Identity> {
    const place = (end: string) => path.join(this.#folder, `${name}.${end}`);
    const [key, certificate, request, config] = [place('key'), place('pem'), place('csr'), place('cnf')];
    await writeFile(config, extensions.join('\n'));
    openssl('ecparam', '-name', curve, '-genkey', '-noout', '-out', key);
    openssl('req', '-new', '-key', key, '-subj', `/O=Tests/CN=${name}`, '-out', request);
    const by =
      issuer === undefined
        ? ['-signkey', key]
        : ['-CA', issuer.certificate, '-CAkey', issuer.key, '-CAcreateserial'];
    openssl('x509', '-req', '-in', request, ...by, '-days', '30', '-extfile', config, '-out', certificate);
    return { key, certificate };
  }
}

function openssl(...args: string[]): void {
  const { status, stderr } = spawnSync('openssl', args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`openssl ${args.join(' ')}: ${stderr}`);
}
