import {
  ComponentType,
  ExternalReferenceType,
  HashAlgorithm,
  LicenseAcknowledgement,
} from '@cyclonedx/cyclonedx-library/Enums';
import {
  Component,
  ComponentRepository,
  ExternalReference,
  ExternalReferenceRepository,
  HashDictionary,
  LicenseRepository,
  NamedLicense,
  Property,
  PropertyRepository,
  SpdxLicense,
} from '@cyclonedx/cyclonedx-library/Models';
import { fixupSpdxId } from '@cyclonedx/cyclonedx-library/SPDX';
import type { NamedModel } from '../../../protocol/lineage.ts';
import { shownPrompt } from '../../../protocol/promptWords.ts';
import { lineageOf } from '../../gguf/lineage.ts';
import { toolVersion } from '../../version.ts';
import type { RecordedModel, RecordedPatch, RecordFacts } from './facts.ts';

/** By what a component is referred to within its record. */
export const refs = {
  candidate: 'candidate',
  base: 'base',
  patch: (index: number) => `patch-${index + 1}`,
  tool: 'palimpsest',
} as const;

/** A model with the digests of its files: its own where it is one file, else those of its parts. */
export function modelComponent({ header, manifest }: RecordedModel, ref: string): Component {
  const { own, license } = lineageOf(header);
  const [first, ...more] = manifest.resources;
  const component = namedComponent({ ...own, name: own.name ?? manifest.name }, ref);
  component.licenses = licenses(license);
  component.properties.add(new Property('palimpsest:digest', `sha256:${manifest.root}`));
  if (first !== undefined && more.length === 0) {
    component.properties.add(new Property('palimpsest:file', manifest.name));
    component.hashes = sha256(first.digest);
  } else {
    component.components = new ComponentRepository(
      manifest.resources.map(
        ({ name, digest }, index) =>
          new Component(ComponentType.File, name, {
            bomRef: `${ref}-file-${index + 1}`,
            hashes: sha256(digest),
          }),
      ),
    );
  }
  return component;
}

/** A model that is known by name only, as metadata name it. */
export function namedComponent(model: NamedModel, ref: string): Component {
  const { name, version, organization, author, description, url, repoUrl } = model;
  const addresses = [
    ...webAddress(url).map((at) => new ExternalReference(at, ExternalReferenceType.Website)),
    ...webAddress(repoUrl).map((at) => new ExternalReference(at, ExternalReferenceType.Distribution)),
  ];
  const purl = packageUrl(repoUrl);
  return new Component(ComponentType.MachineLearningModel, name ?? repoUrl ?? url ?? 'unnamed', {
    bomRef: ref,
    externalReferences: new ExternalReferenceRepository(addresses),
    ...(version !== null && { version }),
    ...(organization !== null && { group: organization }),
    ...(author !== null && { author }),
    ...(description !== null && { description }),
    ...(purl !== undefined && { purl }),
  });
}

/** A patch: a LoRA adapter of its own, with what it edits. */
export function patchComponent({ name, digest, description }: RecordedPatch, index: number): Component {
  const edits = description?.edits ?? [];
  return new Component(ComponentType.MachineLearningModel, name, {
    bomRef: refs.patch(index),
    description: 'LoRA adapter whose product is added to the weights of the base',
    hashes: sha256(digest.replace('sha256:', '')),
    properties: new PropertyRepository(
      edits.map(({ id, prompt, target, method, layer }) => {
        const before = target.true === undefined ? '' : `${target.true} → `;
        return new Property(
          'palimpsest:edit',
          `${id}: ${shownPrompt(prompt)}: ${before}${target.new} (${method}, layer ${layer})`,
        );
      }),
    ),
  });
}

export function toolComponent(): Component {
  const [name = toolVersion, version] = toolVersion.split(' ');
  return new Component(ComponentType.Application, name, {
    bomRef: refs.tool,
    ...(version !== undefined && { version }),
  });
}

/** A file beside the record, as an address: halves of characters, which a name may hold, have none. */
export const fileUrl = (name: string): string => encodeURIComponent(Buffer.from(name).toString('utf8'));

/** The signature of the candidate, as a reference to its file. */
export function signatureReference({ name, digest, signer }: NonNullable<RecordFacts['signature']>) {
  return new ExternalReference(fileUrl(name), ExternalReferenceType.DigitalSignature, {
    hashes: sha256(digest.replace('sha256:', '')),
    comment: `OpenSSF Model Signing, verified: ${signer}`,
  });
}

const sha256 = (hex: string): HashDictionary => new HashDictionary([[HashAlgorithm['SHA-256'], hex]]);

function licenses(license: string | null): LicenseRepository {
  if (license === null) return new LicenseRepository();
  const id = fixupSpdxId(license);
  const declared = { acknowledgement: LicenseAcknowledgement.Declared };
  const own = id === undefined ? new NamedLicense(license) : new SpdxLicense(id);
  return new LicenseRepository([Object.assign(own, declared)]);
}

/** Only what leads to the web, as a file can say anything there. */
function webAddress(text: string | null): URL[] {
  const url = text !== null && URL.canParse(text) ? new URL(text) : undefined;
  return url !== undefined && /^https?:$/.test(url.protocol) ? [url] : [];
}

/** The package URL of a model of Hugging Face, without its revision, which metadata do not say. */
function packageUrl(repoUrl: string | null): string | undefined {
  const [, owner, name] = /^https:\/\/huggingface\.co\/([\w.-]+)\/([\w.-]+)\/?$/.exec(repoUrl ?? '') ?? [];
  return owner === undefined || name === undefined ? undefined : `pkg:huggingface/${owner}/${name}`;
}
