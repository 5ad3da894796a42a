import { expect, it } from 'vitest';
import { publishedFrom } from '../../../scripts/published.mjs';

it('a release says where the repository is, and nothing else does', () => {
  const env = { GITHUB_SERVER_URL: 'https://github.com', GITHUB_REPOSITORY: 'owner/palimpsest' };
  expect(publishedFrom(env)).toMatchObject({
    repository: { url: 'git+https://github.com/owner/palimpsest.git' },
    homepage: 'https://github.com/owner/palimpsest#readme',
    bugs: { url: 'https://github.com/owner/palimpsest/issues' },
    badges: [{ href: 'https://github.com/owner/palimpsest/actions/workflows/checks.yml' }],
  });
  for (const other of [
    {},
    { ...env, GITHUB_REPOSITORY: 'a/b/../c' },
    { GITHUB_REPOSITORY: 'owner/palimpsest' },
  ]) {
    expect(publishedFrom(other)).toEqual({});
  }
});
