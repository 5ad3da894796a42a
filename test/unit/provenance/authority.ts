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

  /** Another certificate of an authority, from another issuer: name and key stay. */
  async crossIssued(name: string, issuer: Identity): Promise<Identity> {
    const certificate = path.join(this.#folder, `${name}.by-another.pem`);
    await this.#sign(name, certificate, byIssuer(issuer), authority);
    return { key: path.join(this.#folder, `${name}.key`), certificate };
  }

  /** As `issued`, with a hash that can be forged. */
  async issuedBySha1(name: string, issuer: Identity, extensions: readonly string[]): Promise<Identity> {
    const identity = await this.#issue(name, extensions, 'prime256v1', issuer);
    await this.#sign(name, identity.certificate, [...byIssuer(issuer), '-sha1'], extensions);
    return identity;
  }

  async #issue(
    name: string,
    extensions: readonly string[],
    curve: string,
    issuer: Identity | undefined,
  ): Promise<Identity> {
    const place = (end: string) => path.join(this.#folder, `${name}.${end}`);
    const [key, certificate] = [place('key'), place('pem')];
    openssl('ecparam', '-name', curve, '-genkey', '-noout', '-out', key);
    openssl('req', '-new', '-key', key, '-subj', `/O=Tests/CN=${name}`, '-out', place('csr'));
    await this.#sign(
      name,
      certificate,
      issuer === undefined ? ['-signkey', key] : byIssuer(issuer),
      extensions,
    );
    return { key, certificate };
  }

  async #sign(
    name: string,
    certificate: string,
    by: readonly string[],
    extensions: readonly string[],
  ): Promise<void> {
    const place = (end: string) => path.join(this.#folder, `${name}.${end}`);
    await writeFile(place('cnf'), extensions.join('\n'));
    const request = ['-req', '-in', place('csr'), '-days', '30', '-extfile', place('cnf')];
    openssl('x509', ...request, ...by, '-out', certificate);
  }
}

const byIssuer = ({ certificate, key }: Identity): string[] => [
  ...['-CA', certificate],
  ...['-CAkey', key],
  '-CAcreateserial',
];

function openssl(...args: string[]): void {
  const { status, stderr } = spawnSync('openssl', args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`openssl ${args.join(' ')}: ${stderr}`);
}
