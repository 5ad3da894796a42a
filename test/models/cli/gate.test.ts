import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmod, copyFile, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Spec1dot6 } from '@cyclonedx/cyclonedx-library/Spec';
import { JsonStrictValidator } from '@cyclonedx/cyclonedx-library/Validation';
import type { Log } from 'sarif';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { rankOne, remake } from '../review/checkpoints.ts';
import { asFolder } from '../tiny/folder.ts';
import { TinyModels } from '../tiny/write.ts';
import { Workplace } from './palimpsest.ts';

/** The gate in a repository of its own: main has a model and a policy, a branch changes them. */

const root = path.resolve(import.meta.dirname, '../../..');
const tiny = new TinyModels();
let place: Workplace;
let model: string;
let edited: string;

beforeAll(async () => {
  place = await Workplace.open();
  model = await tiny.write('qwen2');
  edited = await remake(model, place.folder, 'edited.gguf', {
    change: (name, values, columns) => {
      if (name === 'blk.1.ffn_down.weight') rankOne(values, columns, 0.3);
    },
  });
});
afterAll(async () => {
  await place[Symbol.asyncDispose]();
  tiny[Symbol.dispose]();
});

const repository = () => place.path('repository');
const at = (name: string) => path.join(repository(), name);
const git = (...args: readonly string[]) =>
  execFileSync('git', ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.org', ...args], {
    cwd: repository(),
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_SYSTEM: '/dev/null' },
  });
const commit = (message: string) => {
  git('add', '-A');
  git('commit', '-q', '-m', message);
};
const put = async (name: string, content: unknown) => {
  await mkdir(path.dirname(at(name)), { recursive: true });
  await writeFile(at(name), typeof content === 'string' ? content : JSON.stringify(content));
};

const policy = { version: 1, allow: ['identical', 'requantised'] };
beforeEach(async () => {
  await rm(repository(), { recursive: true, force: true });
  await mkdir(at('models'), { recursive: true });
  git('init', '-q', '-b', 'main');
  await copyFile(model, at('models/tiny.gguf'));
  await put('models/release.policy.json', policy);
  commit('The base');
  git('switch', '-q', '-c', 'change');
});

const run = (...args: readonly string[]) =>
  place.run(['gate', '--base-ref', 'main', '--no-trace', ...args], { cwd: repository() });
const gate = (...args: readonly string[]) => run('--policy', 'models/release.policy.json', ...args);

describe('the gate', () => {
  it('lets a branch through that changes no model', async () => {
    await put('README.md', 'words');
    await put('models/facts.patch.gguf', 'a patch is no model');
    commit('Words');
    expect(await gate()).toEqual({ code: 0, out: 'No model changed.\n', err: '' });
  });

  it('stops an edited model, with reports of it', async () => {
    await copyFile(edited, at('models/tiny.gguf'));
    commit('A harmless improvement');
    const { code, err } = await gate('--out', 'report', '--records');
    expect([code, err]).toEqual([1, 'The policy is not met by models/tiny.gguf.\n']);
    const report = (name: string) => readFile(at(`report/${name}`), 'utf8');
    expect(await report('gate.md')).toMatch(/^<!-- palimpsest gate -->\n\n# Palimpsest: 1 of 1 model failed/);
    expect(await report('comment.md')).toBe(await report('gate.md'));
    expect(await report('gate.md')).toMatch(/`models\/tiny.gguf` against `models\/tiny.gguf @ [0-9a-f]{8}`/);
    const { runs }: Log = JSON.parse(await report('gate.sarif'));
    expect(runs).toHaveLength(1);
    expect(runs[0]?.results?.map(({ ruleId }) => ruleId)).toEqual([
      'edit',
      'policy/allow',
      'policy/findings',
    ]);
    expect(runs[0]?.results?.[0]?.locations?.[0]?.physicalLocation?.artifactLocation?.uri).toBe(
      'models/tiny.gguf',
    );
    expect(JSON.parse(await report('gate.json'))).toMatchObject({
      passed: false,
      models: [{ kind: 'reviewed' }],
    });
    const record = await report('records/models/tiny.gguf.cdx.json');
    expect(await new JsonStrictValidator(Spec1dot6.version).validate(record)).toBeNull();
    expect(JSON.parse(record).metadata.component.properties).toContainEqual({
      name: 'palimpsest:review:policy',
      value: 'failed',
    });
    expect((await gate('--records')).err).toMatch(/name it with --out/);
  });

  it('takes the policy of the base, whatever the branch makes of it', async () => {
    await copyFile(edited, at('models/tiny.gguf'));
    await put('models/release.policy.json', { ...policy, allow: ['edited'] });
    await put('models/new.policy.json', { ...policy, allow: ['edited'] });
    commit('Let me in');
    expect((await gate()).code).toBe(1);
    const other = await run('--policy', 'models/new.policy.json');
    expect(other).toMatchObject({ code: 2, out: '' });
    expect(other.err).toMatch(
      /does not hold the policy models\/new.policy.json; a policy counts once it is merged/,
    );
  });

  it('looks at what lies in the folder, as before a commit', async () => {
    await copyFile(edited, at('models/tiny.gguf'));
    const { code } = await place.run(
      ['gate', '--base-ref', 'HEAD', '--no-trace', '--policy', 'requantised'],
      {
        cwd: at('models'),
      },
    );
    expect(code).toBe(1);
  });

  it('needs a base for a new model, and takes one for all', async () => {
    await copyFile(model, at('models/other.gguf'));
    commit('Another');
    const refused = await gate();
    expect(refused.code).toBe(2);
    expect(refused.err).toMatch(/models\/other.gguf: It is new, so there is nothing to compare it with/);
    expect((await gate('--base', 'models/tiny.gguf')).code).toBe(0);
  });

  it('lets models go, and keeps to the paths and the candidate that it is given', async () => {
    git('rm', '-q', 'models/tiny.gguf');
    await put('elsewhere/broken.gguf', 'no model');
    commit('Away with it');
    expect((await gate('--', 'models')).code).toBe(0);
    const broken = await gate();
    expect(broken.code).toBe(2);
    expect(broken.err).toMatch(/elsewhere\/broken.gguf: /);
    expect((await gate('--candidate', 'models/tiny.gguf')).out).toMatch(/removed/);
  });

  it('reads what Git LFS keeps', async () => {
    const bytes = await readFile(model);
    const oid = createHash('sha256').update(bytes).digest('hex');
    git('switch', '-q', 'main');
    await put(
      'models/tiny.gguf',
      `version https://git-lfs.github.com/spec/v1\noid sha256:${oid}\nsize ${bytes.length}\n`,
    );
    commit('Move it to Git LFS');
    git('switch', '-q', '-C', 'change');
    await copyFile(model, at('models/tiny.gguf'));
    const missing = await gate();
    expect(missing.code).toBe(2);
    expect(missing.err).toMatch(/kept by Git LFS and is not on this machine. Fetch it with: git lfs fetch/);
    const kept = at(`.git/lfs/objects/${oid.slice(0, 2)}/${oid.slice(2, 4)}`);
    await mkdir(kept, { recursive: true });
    await writeFile(path.join(kept, oid), bytes);
    const found = await gate();
    expect([found.code, found.out]).toEqual([0, expect.stringContaining('identical')]);
  });

  it('takes a folder of safetensors as one model', async () => {
    git('switch', '-q', 'main');
    await asFolder('qwen2', model, at('models/hf'), { shards: 2 });
    commit('The same as safetensors');
    git('switch', '-q', '-C', 'change');
    await put('models/hf/generation_config.json', { temperature: 5 });
    commit('Only a setting');
    const { code, out } = await gate('--out', '../report');
    expect(code).toBe(1);
    expect(out).toMatch(/models\/hf[\s\S]*generation_config.json: temperature is not in the base/);
  });

  it('says what it does not find', async () => {
    const { code, err } = await place.run(['gate', '--base-ref', 'nowhere', '--policy', 'requantised'], {
      cwd: repository(),
    });
    expect([code, err]).toEqual([2, 'The repository has no revision nowhere; fetch it first.\n']);
    const outside = await place.run(['gate', '--base-ref', 'HEAD', '--policy', 'requantised'], { cwd: '/' });
    expect(outside.code).toBe(2);
    expect(outside.err).toMatch(/^Git does not answer: /);
  });
});

/** The steps of the action, run as a runner would run them, with npx and GitHub's program replaced. */
describe('the action', () => {
  interface Step {
    readonly id?: string;
    readonly run?: string;
    readonly uses?: string;
    readonly env?: Readonly<Record<string, string>>;
  }
  const steps = async (): Promise<readonly Step[]> =>
    parse(await readFile(path.join(root, 'action.yml'), 'utf8')).runs.steps;

  /** What the steps wrote and answered. */
  async function act(inputs: Readonly<Record<string, string>>, comments: unknown = []) {
    const folder = place.path('runner');
    await rm(folder, { recursive: true, force: true });
    await mkdir(path.join(folder, 'bin'), { recursive: true });
    const program = async (name: string, text: string) => {
      await writeFile(path.join(folder, 'bin', name), text);
      await chmod(path.join(folder, 'bin', name), 0o755);
    };
    await program(
      'npx',
      `#!/bin/sh\nshift 2\nexec ${process.execPath} ${path.join(root, 'dist/cli.js')} "$@"\n`,
    );
    await writeFile(path.join(folder, 'comments.json'), JSON.stringify(comments));
    // answers a list through jq's expression in Node, and notes what is written
    await program(
      'gh',
      `#!${process.execPath}
const fs = require('fs');
const args = process.argv.slice(2);
if (args.includes('--jq')) {
  const found = JSON.parse(fs.readFileSync('${folder}/comments.json', 'utf8'))
    .find(({ user, body }) => user.type === 'Bot' && body.startsWith('<!-- palimpsest gate -->'));
  if (found) console.log(found.id);
} else {
  if (process.env.FORBIDDEN) { console.error('HTTP 403'); process.exit(1); }
  const body = args.at(-1).replace(/^body=@/, '');
  fs.appendFileSync('${folder}/written', args.slice(2, 5).join(' ') + '\\n' + fs.readFileSync(body, 'utf8').split('\\n')[2] + '\\n');
}
`,
    );
    const files = { output: path.join(folder, 'output'), summary: path.join(folder, 'summary') };
    await writeFile(files.output, '');
    await writeFile(files.summary, '');
    const values: Record<string, string> = {
      POLICY: 'models/release.policy.json',
      BASE_REF: git('rev-parse', 'main').toString().trim(),
      BASE: '',
      CANDIDATE: '',
      PATHS: '',
      TRACE: 'false',
      VERSION: '0.1.0',
      REPORT: path.join(folder, 'report'),
      GH_TOKEN: 'none',
      REPOSITORY: 'o/r',
      NUMBER: '7',
      BODY: path.join(folder, 'report/comment.md'),
      ...inputs,
    };
    let code = 0;
    let out = '';
    for (const { run: script, env = {} } of await steps()) {
      if (script === undefined) continue;
      const outputs = await readFile(files.output, 'utf8');
      const own = Object.fromEntries(
        Object.keys(env).map((name) => [name, values[name] ?? /^code=(.*)$/m.exec(outputs)?.[1] ?? '']),
      );
      try {
        out += execFileSync('bash', ['--noprofile', '--norc', '-e', '-o', 'pipefail', '-c', script], {
          cwd: repository(),
          encoding: 'utf8',
          stdio: ['ignore', 'pipe', 'pipe'],
          env: {
            ...process.env,
            ...own,
            ...(inputs['FORBIDDEN'] && { FORBIDDEN: '1' }),
            NO_COLOR: '1',
            GITHUB_OUTPUT: files.output,
            GITHUB_STEP_SUMMARY: files.summary,
            PATH: `${path.join(folder, 'bin')}:${process.env['PATH']}`,
          },
        });
      } catch (error) {
        code = Number(Object(error).status);
      }
    }
    const written = await readFile(path.join(folder, 'written'), 'utf8').catch(() => '');
    return {
      code,
      out,
      written,
      summary: await readFile(files.summary, 'utf8'),
      outputs: await readFile(files.output, 'utf8'),
    };
  }

  it('names every action by its commit', async () => {
    for (const { uses } of await steps()) {
      if (uses !== undefined) expect(uses).toMatch(/^[\w-]+\/[\w/-]+@[0-9a-f]{40}$/);
    }
  });

  it('puts no input into a script', async () => {
    for (const { run: script = '' } of await steps()) expect(script).not.toMatch(/\$\{\{/);
  });

  it('stops an edited model, with a summary and a comment', async () => {
    await copyFile(edited, at('models/tiny.gguf'));
    commit('A harmless improvement');
    const { code, written, summary, outputs } = await act({});
    expect(code).toBe(1);
    expect(outputs).toMatch(/^written=true\nreport=.*\ncode=1\n$/);
    expect(summary).toMatch(/1 of 1 model failed/);
    expect(written).toBe('--method POST repos/o/r/issues/7/comments\n# Palimpsest: 1 of 1 model failed ❌\n');
  });

  it('writes its own comment anew, and no other', async () => {
    const mine = { id: 5, user: { type: 'Bot' }, body: '<!-- palimpsest gate -->\n\nold' };
    const { code, written } = await act({}, [{ ...mine, id: 4, user: { type: 'User' } }, mine]);
    expect([code, written]).toEqual([
      0,
      '--method PATCH repos/o/r/issues/comments/5\n# Palimpsest: no model changed\n',
    ]);
  });

  it('warns where it may not write', async () => {
    const { code, out } = await act({ FORBIDDEN: '1' });
    expect([code, out]).toEqual([0, expect.stringContaining('::warning::The comment could not be written')]);
  });

  it('takes paths line by line, and words with spaces as they are', async () => {
    await copyFile(edited, at('models/tiny.gguf'));
    await put('a b/c.gguf', 'no model');
    commit('Two');
    expect((await act({ PATHS: 'a b\nmodels/*.json\n' })).code).toBe(2);
    expect((await act({ PATHS: 'docs' })).code).toBe(0);
    expect((await act({ CANDIDATE: 'models/tiny.gguf', BASE: model, RECORDS: 'true' })).code).toBe(1);
    expect(await readdir(place.path('runner/report/records/models'))).toContain('tiny.gguf.cdx.json');
  });
});
