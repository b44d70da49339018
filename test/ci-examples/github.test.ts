/** action.yml and the workflow that uses it: their form as GitHub publishes it, and their scripts as a runner runs them. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { createWorkspace, ROOT, shellcheck, type Workspace } from './environment.ts';

interface Step {
  readonly id?: string;
  readonly run?: string;
  readonly env?: Readonly<Record<string, string>>;
}
interface Action {
  readonly inputs: Readonly<Record<string, { readonly default?: string }>>;
  readonly outputs: Readonly<Record<string, { readonly value: string }>>;
  readonly runs: { readonly steps: readonly [Step, Step] };
}

const ACTION_TEXT = readFileSync(join(ROOT, 'action.yml'), 'utf8');
const ACTION = parse(ACTION_TEXT) as Action;
/** `bash` as a composite step has it: docs.github.com, "Workflow syntax", jobs.<job_id>.steps[*].shell. */
const BASH = ['bash', '--noprofile', '--norc', '-eo', 'pipefail', '-c'];

/** docs.github.com, "Metadata syntax reference": what a composite action may and must have. */
const METADATA_SCHEMA = {
  type: 'object',
  required: ['name', 'description', 'runs'],
  additionalProperties: false,
  properties: {
    name: { type: 'string' },
    author: { type: 'string' },
    description: { type: 'string', maxLength: 125 }, // the Marketplace takes no more
    branding: {
      type: 'object',
      additionalProperties: false,
      properties: {
        icon: { type: 'string', pattern: '^[a-z-]+$' },
        color: { enum: ['white', 'black', 'yellow', 'blue', 'green', 'orange', 'red', 'purple', 'gray-dark'] },
      },
    },
    inputs: {
      type: 'object',
      propertyNames: { pattern: '^[A-Za-z_][A-Za-z0-9_-]*$' },
      additionalProperties: {
        type: 'object',
        required: ['description'],
        additionalProperties: false,
        properties: {
          description: { type: 'string' },
          required: { type: 'boolean' },
          default: { type: 'string' },
          deprecationMessage: { type: 'string' },
        },
      },
    },
    outputs: {
      type: 'object',
      additionalProperties: {
        type: 'object',
        required: ['description', 'value'],
        additionalProperties: false,
        properties: { description: { type: 'string' }, value: { type: 'string' } },
      },
    },
    runs: {
      type: 'object',
      required: ['using', 'steps'],
      additionalProperties: false,
      properties: {
        using: { const: 'composite' },
        steps: {
          type: 'array',
          items: {
            type: 'object',
            required: ['run', 'shell'],
            additionalProperties: false,
            properties: {
              name: { type: 'string' },
              id: { type: 'string', pattern: '^[A-Za-z_][A-Za-z0-9_-]*$' },
              run: { type: 'string' },
              shell: { const: 'bash' },
              env: { type: 'object', additionalProperties: { type: 'string' } },
            },
          },
        },
      },
    },
  },
};

describe('action.yml', () => {
  it('has the form of a composite action', () => {
    const fits = new Ajv2020({ strict: true, strictTypes: false }).compile(METADATA_SCHEMA);
    expect(fits(ACTION), JSON.stringify(fits.errors)).toBe(true);
  });

  it('reads every input, by a variable of a step, and none that is not declared', () => {
    const used = [...ACTION_TEXT.matchAll(/\$\{\{ inputs\.([\w-]+) \}\}/g)].map(([, name]) => name);
    expect(used.sort()).toEqual(Object.keys(ACTION.inputs).sort());
  });

  it('puts no expression into the text of a script, where a value would be a command', () => {
    for (const { run } of ACTION.runs.steps) expect(run).not.toContain('${{');
  });

  it('takes its outputs from a step that there is, which writes them', () => {
    const script = readFileSync(join(ROOT, 'scripts/action/check.sh'), 'utf8');
    for (const { value } of Object.values(ACTION.outputs)) {
      const [, step, output] = /^\$\{\{ steps\.(\w+)\.outputs\.(\w+) \}\}$/.exec(value)!;
      expect(ACTION.runs.steps.map(({ id }) => id)).toContain(step);
      expect(script).toContain(`${output}=%s`);
    }
  });

  it('describes each input in docs/ci/README.md', () => {
    const page = readFileSync(join(ROOT, 'docs/ci/README.md'), 'utf8');
    for (const name of Object.keys(ACTION.inputs)) expect(page).toContain(`\`${name}\``);
  });

  it.each(readdirSync(join(ROOT, 'scripts/action')))(
    'has a script that shellcheck has nothing to say about: %s',
    (name) => {
      const said = shellcheck('bash', readFileSync(join(ROOT, 'scripts/action', name), 'utf8'));
      if (said === null && process.env['CI'] === undefined) return; // not installed: apt-get install shellcheck
      expect(said).toBe('');
    },
  );
});

describe('the steps of action.yml', () => {
  let workspace: Workspace;
  let runner: Readonly<Record<string, string>>;

  beforeEach(() => {
    workspace = createWorkspace();
    runner = {
      CI: 'true',
      GITHUB_ACTIONS: 'true',
      GITHUB_ACTION_PATH: ROOT,
      GITHUB_OUTPUT: workspace.path('output'),
      GITHUB_PATH: workspace.path('added-path'),
      GITHUB_STEP_SUMMARY: workspace.path('summary.md'),
      RUNNER_TEMP: workspace.path('temp'),
    };
  });
  afterEach(() => workspace.remove());

  /** Runs a step with its variables made of `inputs`, or of their defaults. */
  function step(number: 0 | 1, inputs: Readonly<Record<string, string>> = {}) {
    const { run, env } = ACTION.runs.steps[number];
    const values = Object.entries(env!).map(([name, expression]) => {
      const input = /^\$\{\{ inputs\.([\w-]+) \}\}$/.exec(expression)![1]!;
      return [name, inputs[input] ?? ACTION.inputs[input]!.default ?? ''] as const;
    });
    return workspace.run(BASH, run!, { ...runner, ...Object.fromEntries(values) });
  }

  const EXAMPLE = { file: 'docs/ci/sonde.yaml', vars: 'TARGET=localhost' };

  it('install the package that is asked for, away from the workspace, and put its commands on the path', () => {
    const { status, stdout, stderr } = step(0, { package: 'sonde@1.2.3; touch owned' });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toMatch(/^sonde /);
    expect(workspace.read('npm.log')).toBe(
      `install --no-audit --no-fund --prefix ${workspace.path('temp')}/sonde sonde@1.2.3; touch owned\n`,
    );
    expect(workspace.read('added-path')).toBe(`${workspace.path('temp')}/sonde/node_modules/.bin\n`);
    expect(readdirSync(workspace.folder)).not.toContain('owned');
  });

  it('build the commit that the action is of where no package is named', () => {
    expect(step(0).status).toBe(0);
    expect(workspace.read('npm.log')).toBe(`ci --no-audit --no-fund --prefix ${ROOT}\n`);
    expect(workspace.read('added-path')).toBe(`${ROOT}/bin\n`);
  });

  it('check, and report to the job: status, result, summary and the reports that are asked for', () => {
    const reporters = 'junit=reports.xml\nhtml=page.html\n';
    const { status, stdout } = step(1, { ...EXAMPLE, reporters });
    expect(stdout).toMatch(/2 checks: 2 passed/);
    expect(status).toBe(0);
    expect(workspace.read('output')).toBe('status=0\nresult=passed\n');
    expect(workspace.read('summary.md')).toContain('2 passed');
    expect(workspace.read('reports.xml')).toContain('<testsuites');
    expect(workspace.read('page.html')).toMatch(/^<!doctype html>/i);
  });

  it('fail the job and mark the line of the file where a check fails', () => {
    const { status, stdout } = step(1, { ...EXAMPLE, vars: 'TARGET=nowhere.invalid', only: 'has an address' });
    expect(status).toBe(1);
    expect(stdout).toMatch(/^::error file=docs\/ci\/sonde\.yaml,line=\d+,col=\d+,title=has an address/m);
    expect(workspace.read('output')).toBe('status=1\nresult=failed\n');
  });

  it('fail the job on a file that is not there', () => {
    expect(step(1, { file: 'nowhere.yaml' }).status).toBe(2);
    expect(workspace.read('output')).toBe('status=2\nresult=error\n');
  });

  it.each([
    ['true', 3],
    ['false', 0],
  ])('on what cannot be measured with fail-on-unknown=%s end with %d', (failOnUnknown, expected) => {
    // An interface that is not there: nothing can be measured on it.
    const file = workspace.path('unknown.yaml');
    const lines = ['version: 1', 'checks:', "  arp: { arp: 10.0.0.7, interface: nowhere0, assert: ['macs == 1'] }", ''];
    workspace.run(['sh', '-c'], `cat > unknown.yaml <<'END'\n${lines.join('\n')}END`);
    const { status, stdout } = step(1, { file, 'fail-on-unknown': failOnUnknown });
    expect(status).toBe(expected);
    expect(/^::warning title=sonde check::Something could not be measured/m.test(stdout)).toBe(expected === 0);
    expect(workspace.read('output')).toBe('status=3\nresult=unknown\n');
  });

  it('pass over blanks around a value', () => {
    const { status } = step(1, { ...EXAMPLE, reporters: '  junit=around.xml \t\n   \n' });
    expect(status).toBe(0);
    expect(existsSync(workspace.path('around.xml'))).toBe(true);
  });

  it('take what users write for values, and never for commands', () => {
    const evil = `$(touch owned)\`touch owned\`; touch owned; "'\ntouch owned`;
    for (const input of ['file', 'vars', 'only', 'tags', 'reporters', 'retries', 'deadline', 'fail-on-unknown']) {
      step(1, { ...EXAMPLE, [input]: evil });
    }
    step(0, { package: evil });
    expect(readdirSync(workspace.folder)).not.toContain('owned');
    expect(readdirSync(workspace.folder)).not.toContain('touch');
  });
});

describe('docs/ci/github.yml', () => {
  interface Workflow {
    readonly jobs: Readonly<
      Record<string, { readonly steps: readonly { readonly uses?: string; readonly with?: object }[] }>
    >;
  }
  const workflow = parse(readFileSync(join(ROOT, 'docs/ci/github.yml'), 'utf8')) as Workflow;
  const steps = Object.values(workflow.jobs).flatMap((job) => job.steps);

  it('gives the action no input that it has not', () => {
    const { with: inputs } = steps.find(({ uses }) => uses === './')!;
    for (const name of Object.keys(inputs!)) expect(Object.keys(ACTION.inputs)).toContain(name);
  });

  it('keeps the files that the reporters write', () => {
    const own = steps.find(({ uses }) => uses === './')!.with as { readonly reporters: string };
    const upload = steps.find(({ uses }) => uses?.startsWith('actions/upload-artifact@'))!.with as {
      readonly path: string;
    };
    const written = own.reporters
      .trim()
      .split('\n')
      .map((line) => line.split('=')[1]);
    expect(upload.path.trim().split('\n')).toEqual(written);
  });
});
