// Where what is packed is published from. The address of the repository stands in no file, as it may move: a release runs in
// GitHub Actions, which says it.

/** The entries of package.json that hold the repository's address; none where nobody says it. */
export function publishedFrom({ GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: name } = process.env) {
  if (server === undefined || name === undefined || !/^[\w.-]+\/[\w.-]+$/.test(name)) return {};
  const address = `${server}/${name}`;
  const checks = `${address}/actions/workflows/checks.yml`;
  return {
    repository: { type: 'git', url: `git+${address}.git` },
    homepage: `${address}#readme`,
    bugs: { url: `${address}/issues` },
    badges: [{ url: `${checks}/badge.svg`, href: checks, description: 'Checks' }],
  };
}
