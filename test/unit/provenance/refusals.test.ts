import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { signModel } from '../../../src/engine/provenance/sign.ts';
import { verifyModel } from '../../../src/engine/provenance/verify.ts';
import { temporaryFolder } from '../temporaryFolder.ts';
import { rewrite, rootOver, workplace } from './workplace.ts';

/** One case for each condition of `bundle.ts` and `statement.ts`: a signature that breaks it alone is refused. */
const it = test.extend(temporaryFolder);
type Change = Parameters<typeof rewrite>[1];

async function verifyChanged(folder: string, change: Change, signed: boolean) {
  const { model, key, pub, out } = await workplace(folder);
  await signModel({ path: model, key, out });
  await rewrite(out, change, signed ? key : undefined);
  return await verifyModel({ path: model, signature: out, key: pub });
}

describe('a bundle', () => {
  it.for<readonly [string, Change, RegExp]>([
    [
      'of another version',
      ({ bundle }) => {
        bundle.mediaType = 'application/vnd.dev.sigstore.bundle.v0.2+json';
      },
      /bundle of the kind "application\/vnd\.dev\.sigstore\.bundle\.v0\.2\+json"; only .* v0\.3 are read/,
    ],
    [
      'without an envelope',
      ({ bundle }) => {
        Reflect.deleteProperty(bundle, 'dsseEnvelope');
        Object.assign(bundle, {
          messageSignature: { messageDigest: { algorithm: 'SHA2_256', digest: '' }, signature: '' },
        });
      },
      /holds no DSSE envelope/,
    ],
    [
      'of a certificate',
      ({ bundle }) => {
        bundle.verificationMaterial = { certificate: { rawBytes: 'AAAA' }, tlogEntries: [] };
      },
      /certificate of a few minutes/,
    ],
    [
      'that says nothing of its key',
      ({ bundle }) => {
        bundle.verificationMaterial = {};
      },
      /does not say by which key or certificate/,
    ],
    [
      'that names another key',
      ({ bundle }) => {
        bundle.verificationMaterial = { publicKey: { hint: 'ab'.repeat(32) }, tlogEntries: [] };
      },
      /signed with another key \(abababababababab\.\.\.\)/,
    ],
    [
      'with another type of payload',
      ({ bundle }) => {
        bundle.dsseEnvelope.payloadType = 'text/plain';
      },
      /holds "text\/plain", not an in-toto statement/,
    ],
    [
      'without a signature',
      ({ bundle }) => {
        bundle.dsseEnvelope.signatures = [];
      },
      /has 0 signatures instead of one/,
    ],
    [
      'with a second signature',
      ({ bundle }) => {
        bundle.dsseEnvelope.signatures.push({ sig: 'AAAA', keyid: '' });
      },
      /has 2 signatures instead of one/,
    ],
    [
      'with another content',
      ({ statement }) => {
        statement.subject = [];
      },
      /signature of .* is wrong: its content was changed after/,
    ],
    [
      'with a damaged signature',
      ({ bundle }) => {
        bundle.dsseEnvelope.signatures = [{ sig: 'AAAA' }];
      },
      /signature of .* is wrong/,
    ],
  ])('%s is refused', async ([, change, reason], { folder }) => {
    await expect(verifyChanged(folder, change, false)).rejects.toThrow(reason);
  });

  it('whose type of payload was signed as it is named is refused all the same', async ({ folder }) => {
    const change: Change = ({ bundle }) => {
      bundle.dsseEnvelope.payloadType = 'text/plain';
    };
    await expect(verifyChanged(folder, change, true)).rejects.toThrow(/not an in-toto statement/);
  });

  it.for<readonly [string, string, RegExp]>([
    ['no JSON', '{"mediaType":', /is not a signature bundle, or was cut short/],
    ['another kind of file', '{"a":1}', /bundle of the kind ""/],
    ['a list', '[]', /bundle/],
  ])('that is %s is refused', async ([, text, reason], { folder }) => {
    const { model, pub, out } = await workplace(folder);
    await writeFile(out, text);
    await expect(verifyModel({ path: model, signature: out, key: pub })).rejects.toThrow(reason);
  });

  it('is JSON in one line, with an empty list of log entries, as the reference asks', async ({ folder }) => {
    const { model, key, out } = await workplace(folder);
    await signModel({ path: model, key, out });
    const text = await readFile(out, 'utf8');
    expect(text.endsWith('}\n')).toBe(true);
    expect(JSON.parse(text)).toMatchObject({
      mediaType: 'application/vnd.dev.sigstore.bundle.v0.3+json',
      verificationMaterial: { tlogEntries: [] },
      dsseEnvelope: { payloadType: 'application/vnd.in-toto+json' },
    });
  });
});

describe('a statement, signed by a trusted key,', () => {
  it('may be written anew', async ({ folder }) => {
    const unchanged: Change = () => {};
    await expect(verifyChanged(folder, unchanged, true)).resolves.toMatchObject({ files: 3 });
  });

  it('may hold more than we know of', async ({ folder }) => {
    const more: Change = ({ statement }) => {
      Object.assign(statement.predicate, { later: 1 });
    };
    await expect(verifyChanged(folder, more, true)).resolves.toMatchObject({ files: 3 });
  });

  it('need not list what it ignores', async ({ folder }) => {
    const older: Change = ({ statement }) => {
      Reflect.deleteProperty(statement.predicate.serialization, 'ignore_paths');
    };
    await expect(verifyChanged(folder, older, true)).rejects.toThrow(/\.git\/HEAD was added/);
  });

  it.for<readonly [string, Change, RegExp]>([
    [
      'of another type',
      ({ statement }) => {
        statement._type = 'https://in-toto.io/Statement/v0.1';
      },
      /not a model signature v1\.0 \(_type: /,
    ],
    [
      'about something else',
      ({ statement }) => {
        statement.predicateType = 'https://slsa.dev/provenance/v1';
      },
      /is not what was signed: model is missing/,
    ],
    [
      'without a subject',
      ({ statement }) => {
        statement.subject = [];
      },
      /not a model signature v1\.0 \(subject/,
    ],
    [
      'with two subjects',
      ({ statement }) => {
        statement.subject.push(...statement.subject);
      },
      /not a model signature v1\.0 \(subject: /,
    ],
    [
      'whose subject has another digest',
      ({ statement }) => {
        statement.subject = [{ name: 'model', digest: { sha256: '0'.repeat(64) } }];
      },
      /contradicts itself: its files do not hash to the digest of its subject/,
    ],
    [
      'whose files stand in another order',
      ({ statement }) => {
        statement.predicate.resources.reverse();
      },
      /contradicts itself: its files/,
    ],
    [
      'without files',
      ({ statement }) => {
        statement.predicate.resources = [];
        statement.subject = [{ name: 'model', digest: { sha256: rootOver([]) } }];
      },
      /predicate\.resources: /,
    ],
    [
      'that lists a file twice',
      ({ statement }) => {
        const { resources } = statement.predicate;
        resources.push(...resources.slice(0, 1));
        statement.subject = [
          { name: 'model', digest: { sha256: rootOver(resources.map(({ digest }) => digest)) } },
        ];
      },
      /contradicts itself: it lists a file twice/,
    ],
    [
      'about one file and about others',
      ({ statement }) => {
        const [first] = statement.predicate.resources;
        if (first !== undefined) first.name = '.';
      },
      /contradicts itself: it is about one file and about others/,
    ],
    [
      'with another hash of a file',
      ({ statement }) => {
        for (const resource of statement.predicate.resources) resource.algorithm = 'blake2b';
      },
      /predicate\.resources\.0\.algorithm: /,
    ],
    [
      'with a digest that is too long',
      ({ statement }) => {
        for (const resource of statement.predicate.resources) resource.digest += '00';
      },
      /predicate\.resources\.0\.digest: /,
    ],
    [
      'with a digest that goes on before it',
      ({ statement }) => {
        for (const resource of statement.predicate.resources) resource.digest = `00${resource.digest}`;
      },
      /predicate\.resources\.0\.digest: /,
    ],
    [
      'of shards of files',
      ({ statement }) => {
        Object.assign(statement.predicate.serialization, { method: 'shards', shard_size: 1e9 });
      },
      /predicate\.serialization\.method: /,
    ],
    [
      'of another hash',
      ({ statement }) => {
        Object.assign(statement.predicate.serialization, { hash_type: 'blake3' });
      },
      /predicate\.serialization\.hash_type: /,
    ],
    [
      'with edits that are none',
      ({ statement }) => {
        statement.predicate['palimpsest.edits'] = { base: 1 };
      },
      /palimpsest\.edits/,
    ],
  ])('%s is refused', async ([, change, reason], { folder }) => {
    await expect(verifyChanged(folder, change, true)).rejects.toThrow(reason);
  });

  it.for([
    '../a.json',
    '/a.json',
    'b//weights.bin',
    './a.json',
    'b/../a.json',
    'C:\\a.json',
    'C:/a.json',
    '',
  ])('with a file at "%s" is refused', async (name, { folder }) => {
    const change: Change = ({ statement }) => {
      const [first] = statement.predicate.resources;
      if (first !== undefined) first.name = name;
    };
    await expect(verifyChanged(folder, change, true)).rejects.toThrow(/is no path below the model/);
  });

  it('that is no JSON is refused', async ({ folder }) => {
    const { model, key, pub, out } = await workplace(folder);
    await signModel({ path: model, key, out });
    await rewrite(
      out,
      ({ bundle }) => {
        bundle.dsseEnvelope.payload = Buffer.from('no JSON').toString('base64');
      },
      key,
    );
    await expect(verifyModel({ path: model, signature: out, key: pub })).rejects.toThrow(
      /is signed, but not a model signature v1\.0/,
    );
  });

  it('leaves out what it says it ignores, with all that lies in it, and nothing else', async ({ folder }) => {
    const { model, key, pub, out } = await workplace(folder);
    await signModel({ path: model, key, out });
    await rewrite(
      out,
      ({ statement: { predicate, subject } }) => {
        predicate.resources.splice(1, 1);
        Object.assign(predicate.serialization, { ignore_paths: ['./b/', '.git'] });
        const root = rootOver(predicate.resources.map(({ digest }) => digest));
        Object.assign(subject, [{ name: 'model', digest: { sha256: root } }]);
      },
      key,
    );
    expect(await verifyModel({ path: model, signature: out, key: pub })).toMatchObject({ files: 2 });
    await writeFile(path.join(model, 'b2'), '');
    await expect(verifyModel({ path: model, signature: out, key: pub })).rejects.toThrow(/b2 was added/);
  });
});

describe('a Git LFS pointer', () => {
  it('is neither signed nor verified, in a folder or by itself', async ({ folder }) => {
    const { model, key, pub, out } = await workplace(folder);
    const file = path.join(model, 'b.txt');
    await signModel({ path: model, key, out });
    await writeFile(
      file,
      `version https://git-lfs.github.com/spec/v1\noid sha256:${'0'.repeat(64)}\nsize 4\n`,
    );
    const says = `${file} is a Git LFS pointer and not the file itself; fetch the content with "git lfs pull".`;
    await expect(verifyModel({ path: model, signature: out, key: pub })).rejects.toThrow(says);
    for (const signed of [model, file]) {
      await expect(signModel({ path: signed, key, out })).rejects.toThrow(says);
    }
  });

  it('is named as the part of a split model that it stands for', async ({ folder }) => {
    const { model, key, out } = await workplace(folder);
    const file = path.join(model, 'm-00001-of-00002.gguf');
    await writeFile(file, 'version https://git-lfs.github.com/spec/v1\n');
    await expect(signModel({ path: file, key, out })).rejects.toThrow(/is a Git LFS pointer/);
  });
});
