import { X509Certificate } from 'node:crypto';
import { appendFile, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { signModel } from '../../../src/engine/provenance/sign.ts';
import { verifyModel } from '../../../src/engine/provenance/verify.ts';
import { temporaryFolder } from '../temporaryFolder.ts';
import { Certificates, type Identity, signing, withoutOpenssl } from './authority.ts';
import { rewrite, workplace } from './workplace.ts';

const it = test.extend(temporaryFolder);
const day = 24 * 60 * 60 * 1000;

afterEach(() => void vi.useRealTimers());

interface Chain {
  readonly signer: Identity;
  readonly between: readonly Identity[];
  readonly root: Identity;
}

/** A root, an authority below it, and a signer below that. */
async function chainIn(folder: string, curve?: string): Promise<Chain> {
  const made = new Certificates(folder);
  const root = await made.root('root');
  const between = await made.issued('between', root);
  return { signer: await made.issued('signer', between, signing, curve), between: [between], root };
}

async function signedBy(folder: string, { signer, between }: Chain) {
  const { model, out, pub } = await workplace(folder);
  const certificateChain = between.map(({ certificate }) => certificate);
  const params = { path: model, key: signer.key, certificate: signer.certificate, certificateChain, out };
  return { model, out, pub, signed: await signModel(params) };
}

describe.skipIf(withoutOpenssl)('a model that is signed with a certificate', () => {
  it.for(['prime256v1', 'secp384r1', 'secp521r1'])(
    'is verified with its root alone, and names the signer (%s)',
    async (curve, { folder }) => {
      const chain = await chainIn(folder, curve);
      const { model, out, signed } = await signedBy(folder, chain);
      const certificates = [chain.root.certificate];
      const verified = await verifyModel({ path: model, signature: out, certificates });
      expect(verified.certificates.map(({ subject }) => subject)).toEqual([
        'O=Tests, CN=signer',
        'O=Tests, CN=between',
        'O=Tests, CN=root',
      ]);
      expect(verified).toMatchObject({ files: 3, key: signed.key, digest: signed.digest });
      expect(verified.certificates[0]?.fingerprint).toMatch(/^([0-9A-F]{2}:){31}[0-9A-F]{2}$/);
      // a file of roots serves as a trusted key as well
      expect(await verifyModel({ path: model, signature: out, key: chain.root.certificate })).toEqual(
        verified,
      );
      await appendFile(path.join(model, 'b.txt'), '!');
      await expect(verifyModel({ path: model, signature: out, certificates })).rejects.toThrow(
        /b\.txt was changed/,
      );
    },
  );

  it('is verified with an authority that is given beside the root, where the signature brings none', async ({
    folder,
  }) => {
    const chain = await chainIn(folder);
    const { model, out } = await signedBy(folder, { ...chain, between: [] });
    const [between] = chain.between;
    const files = [chain.root.certificate, between?.certificate ?? ''];
    await expect(
      verifyModel({ path: model, signature: out, certificates: files.slice(0, 1) }),
    ).rejects.toThrow(/not trusted: no certificate of its issuer \(O=Tests, CN=between\) is at hand/);
    expect(await verifyModel({ path: model, signature: out, certificates: files })).toMatchObject({
      files: 3,
    });
    await expect(verifyModel({ path: model, signature: out, certificates: files.slice(1) })).rejects.toThrow(
      /holds no root: no certificate there is its own issuer/,
    );
  });

  it('is refused by another root, whatever the signature brings along', async ({ folder }) => {
    const chain = await chainIn(folder);
    const { model, out } = await signedBy(folder, { ...chain, between: [...chain.between, chain.root] });
    const other = await new Certificates(folder).root('other');
    await expect(
      verifyModel({ path: model, signature: out, certificates: [other.certificate] }),
    ).rejects.toThrow(
      /certificate of O=Tests, CN=signer, which is not trusted: O=Tests, CN=root signed itself, and is no root that is trusted/,
    );
  });

  it('is refused before its certificate is valid and after it expired', async ({ folder }) => {
    const chain = await chainIn(folder);
    const { model, out } = await signedBy(folder, chain);
    const params = { path: model, signature: out, certificates: [chain.root.certificate] };
    const now = Date.now();
    vi.useFakeTimers({ now: now + 31 * day, toFake: ['Date'] });
    await expect(verifyModel(params)).rejects.toThrow(/CN=signer expired on \d{4}-\d\d-\d\d\.$/);
    vi.setSystemTime(now - 2 * day);
    await expect(verifyModel(params)).rejects.toThrow(/CN=signer is valid only from \d{4}-\d\d-\d\d on/);
    const { validTo } = new X509Certificate(await readFile(chain.root.certificate));
    vi.setSystemTime(new Date(validTo));
    expect(await verifyModel(params)).toMatchObject({ files: 3 });
  });

  it('cannot be signed with an expired certificate, or with that of another key', async ({ folder }) => {
    const { signer, root } = await chainIn(folder);
    const { model, out } = await workplace(folder);
    const params = { path: model, key: signer.key, certificate: root.certificate, out };
    await expect(signModel(params)).rejects.toThrow(/is the certificate of another key than .*signer\.key/);
    vi.useFakeTimers({ now: Date.now() + 31 * day, toFake: ['Date'] });
    await expect(signModel({ ...params, certificate: signer.certificate })).rejects.toThrow(
      /nobody would accept what is signed with it now/,
    );
    const lonely = { path: model, key: signer.key, certificateChain: [root.certificate], out };
    await expect(signModel(lonely)).rejects.toThrow(/needs the certificate that it belongs to/);
  });

  it.for<[string, string[], RegExp]>([
    ['only encrypts', ['keyUsage=critical,keyEncipherment'], /not meant for signing/],
    ['says nothing of its use', ['basicConstraints=CA:FALSE'], /not meant for signing/],
    ['only serves the web', ['extendedKeyUsage=serverAuth'], /not meant for signing/],
    [
      'carries what is not known',
      [...signing, '1.2.3.4=critical,ASN1:UTF8String:x'],
      /critical extension 1\.2\.3\.4/,
    ],
  ])('is refused where the key %s', async ([, extensions, reason], { folder }) => {
    const made = new Certificates(folder);
    const root = await made.root('root');
    const signer = await made.issued('signer', root, extensions);
    const { model, out } = await signedBy(folder, { signer, between: [], root });
    const params = { path: model, signature: out, certificates: [root.certificate] };
    await expect(verifyModel(params)).rejects.toThrow(reason);
  });

  it('may be signed by a key for code', async ({ folder }) => {
    const made = new Certificates(folder);
    const root = await made.root('root');
    const signer = await made.issued('signer', root, ['extendedKeyUsage=codeSigning']);
    const { model, out } = await signedBy(folder, { signer, between: [], root });
    const params = { path: model, signature: out, certificates: [root.certificate] };
    expect(await verifyModel(params)).toMatchObject({ files: 3 });
  });

  it.for<[string, string[], RegExp]>([
    ['is none', signing, /not trusted: no certificate of its issuer/],
    [
      'may not issue',
      ['basicConstraints=critical,CA:TRUE', 'keyUsage=critical,digitalSignature'],
      /not trusted: no certificate of its issuer/,
    ],
    [
      'is none, though its key may issue',
      ['basicConstraints=critical,CA:FALSE', 'keyUsage=critical,keyCertSign'],
      /not trusted: O=Tests, CN=between may not issue certificates/,
    ],
    ['says nothing of itself', ['subjectKeyIdentifier=hash'], /CN=between may not issue certificates/],
  ])('is refused where an authority between %s', async ([, extensions, reason], { folder }) => {
    const made = new Certificates(folder);
    const root = await made.root('root');
    const between = await made.issued('between', root, extensions);
    const signer = await made.issued('signer', between, signing);
    const { model, out } = await signedBy(folder, { signer, between: [between], root });
    const params = { path: model, signature: out, certificates: [root.certificate] };
    await expect(verifyModel(params)).rejects.toThrow(reason);
  });

  it('is refused where a hash that can be forged stands between it and the root', async ({ folder }) => {
    const made = new Certificates(folder);
    const root = await made.root('root');
    const signer = await made.issuedBySha1('signer', root, signing);
    const { model, out } = await signedBy(folder, { signer, between: [], root });
    const params = { path: model, signature: out, certificates: [root.certificate] };
    await expect(verifyModel(params)).rejects.toThrow(
      /CN=signer is signed by way of a hash that can be forged/,
    );
  });

  it('is verified by whichever issuer of the same name leads to a root', async ({ folder }) => {
    const made = new Certificates(folder);
    const [root, other] = [await made.root('root'), await made.root('other')];
    const between = await made.issued('between', root);
    const signer = await made.issued('signer', between, signing);
    const cross = await made.crossIssued('between', other);
    const { model, out } = await workplace(folder);
    for (const chain of [
      [between, cross],
      [cross, between],
    ]) {
      const certificateChain = chain.map(({ certificate }) => certificate);
      await signModel({
        path: model,
        key: signer.key,
        certificate: signer.certificate,
        certificateChain,
        out,
      });
      for (const { certificate } of [root, other]) {
        const params = { path: model, signature: out, certificates: [certificate] };
        expect((await verifyModel(params)).certificates).toHaveLength(3);
      }
    }
  });

  it.for([
    [6, undefined],
    [7, /more than 8 certificates stand above it/],
  ] as const)('is followed over %i authorities', async ([count, reason], { folder }) => {
    const made = new Certificates(folder);
    const root = await made.root('root');
    const between: Identity[] = [];
    for (let at = 0; at < count; at++) between.push(await made.issued(`a${at}`, between.at(-1) ?? root));
    const signer = await made.issued('signer', between.at(-1) ?? root, signing);
    const { model, out } = await signedBy(folder, { signer, between, root });
    const verified = verifyModel({ path: model, signature: out, certificates: [root.certificate] });
    if (reason === undefined) expect((await verified).certificates).toHaveLength(count + 2);
    else await expect(verified).rejects.toThrow(reason);
  });

  it.for([0, 1])(
    'is refused where more authorities stand below one than the %i that it allows',
    async (most, { folder }) => {
      const made = new Certificates(folder);
      const root = await made.root('root', [
        `basicConstraints=critical,CA:TRUE,pathlen:${most}`,
        'keyUsage=critical,keyCertSign',
      ]);
      const between = await made.issued('between', root);
      const signer = await made.issued('signer', between, signing);
      const { model, out } = await signedBy(folder, { signer, between: [between], root });
      const params = { path: model, signature: out, certificates: [root.certificate] };
      if (most === 1) expect((await verifyModel(params)).certificates).toHaveLength(3);
      else
        await expect(verifyModel(params)).rejects.toThrow(/allows 0 authorities below it, and there are 1/);
    },
  );

  it('is no signature by a key, and a signature by a key is none by a certificate', async ({ folder }) => {
    const chain = await chainIn(folder);
    const { model, out, pub } = await signedBy(folder, chain);
    await expect(verifyModel({ path: model, signature: out, key: pub })).rejects.toThrow(
      /signed with a certificate; verify it with the certificates of its authority/,
    );
    const plain = path.join(folder, 'plain.sig');
    await signModel({ path: model, key: chain.signer.key, out: plain });
    const certificates = [chain.root.certificate];
    await expect(verifyModel({ path: model, signature: plain, certificates })).rejects.toThrow(
      /signed with a key, not a certificate/,
    );
    await expect(verifyModel({ path: model, signature: out })).rejects.toThrow(/Name the public key, or/);
    await expect(verifyModel({ path: model, signature: out, key: pub, certificates })).rejects.toThrow(
      /not both/,
    );
  });

  it('is refused after the certificate in it was exchanged, damaged or multiplied', async ({ folder }) => {
    const chain = await chainIn(folder);
    const other = await new Certificates(folder).issued('twin', chain.root, signing);
    const { model, out } = await signedBy(folder, chain);
    const params = { path: model, signature: out, certificates: [chain.root.certificate] };
    const der = async ({ certificate }: Identity) =>
      (await readFile(certificate, 'utf8')).replace(/-----[^-]+-----|\s/g, '');
    const exchange = (rawBytes: string, times = 1) =>
      rewrite(out, ({ bundle }) => {
        bundle.verificationMaterial = {
          x509CertificateChain: { certificates: Array.from({ length: times }, () => ({ rawBytes })) },
          tlogEntries: [],
        };
      });
    await exchange(await der(other));
    await expect(verifyModel(params)).rejects.toThrow(/signature of .* is wrong/);
    await exchange('AAAA');
    await expect(verifyModel(params)).rejects.toThrow(/certificate that is damaged/);
    await exchange(await der(other), 21);
    await expect(verifyModel(params)).rejects.toThrow(/brings 21 certificates along; 20 are read at most/);
    await exchange('', 0);
    await expect(verifyModel(params)).rejects.toThrow(/does not say by which certificate/);
  });

  it('does not trust a file without certificates, or with half of one', async ({ folder }) => {
    const chain = await chainIn(folder);
    const { model, out, pub } = await signedBy(folder, chain);
    const half = path.join(folder, 'half.pem');
    await writeFile(half, '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n');
    for (const [file, reason] of [
      [pub, /holds no certificate in PEM form/],
      [half, /half\.pem holds a certificate that is damaged/],
    ] as const) {
      await expect(verifyModel({ path: model, signature: out, certificates: [file] })).rejects.toThrow(
        reason,
      );
    }
  });
});
