import { InputError } from '../errors.ts';
import type { Answer } from './http.ts';
import type { HubReference } from './reference.ts';
import { endpoint } from './settings.ts';

/**
 * What the hub means by a status and its `X-Error-Code`, in one sentence with what to do. For who may not see it, a
 * repository looks like one that is not there.
 */
export function hubError(
  { name, repository, revision, path }: HubReference,
  { status, headers }: Pick<Answer, 'status' | 'headers'>,
  withToken: boolean,
): InputError {
  const code = headers['x-error-code'];
  const login = withToken
    ? 'the token that was sent may not see it'
    : 'if it is private, set HF_TOKEN or log in with "hf auth login"';
  if (headers['x-error-message'] === 'Invalid credentials in Authorization header') {
    return new InputError(
      `${name} cannot be read: the hub does not accept the token; set HF_TOKEN to a valid one, or log in again.`,
    );
  }
  switch (code) {
    case 'RevisionNotFound':
      return new InputError(
        `${repository} has no revision ${revision}; see ${endpoint()}/${repository}/commits/main.`,
      );
    case 'EntryNotFound':
      return new InputError(`${repository} has no file ${path} in its revision ${revision}.`);
    case 'GatedRepo':
      return new InputError(
        `${repository} is only for those who accepted its terms: accept them at ${endpoint()}/${repository}; ${login}.`,
      );
    case 'DisabledRepo':
      return new InputError(`${repository} was disabled by the hub.`);
  }
  if (code === 'RepoNotFound' || status === 401 || status === 404) {
    return new InputError(`The hub shows no repository ${repository}; check its name, and ${login}.`);
  }
  if (status === 403) return new InputError(`${name} may not be read (403); ${login}.`);
  return new InputError(`${name} cannot be read: the hub answers with ${status}.`);
}
