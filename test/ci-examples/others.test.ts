/** The examples for GitLab and Jenkins: their scripts are run, and the reports they name must be the ones that are written. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { createWorkspace, ROOT, shellcheck, type Workspace } from './environment.ts';

let workspace: Workspace;
beforeEach(() => {
  workspace = createWorkspace();
});
afterEach(() => workspace.remove());

function expectClean(script: string): void {
  const said = shellcheck('sh', script);
  if (said === null && process.env['CI'] === undefined) return; // not installed: apt-get install shellcheck
  expect(said).toBe('');
}

describe('docs/ci/gitlab-ci.yml', () => {
  interface Job {
    readonly variables: Readonly<Record<string, string>>;
    readonly before_script: readonly string[];
    readonly script: readonly string[];
    readonly allow_failure: { readonly exit_codes: number };
    readonly artifacts: {
      readonly when: string;
      readonly reports: { readonly junit: string };
      readonly paths: readonly string[];
    };
  }
  const { network } = parse(readFileSync(join(ROOT, 'docs/ci/gitlab-ci.yml'), 'utf8')) as { readonly network: Job };
  /** GitLab's runner joins the lines of both and ends at the first that fails. */
  const script = ['set -e', ...network.before_script, ...network.script].join('\n');

  it('writes the reports that the job keeps', () => {
    const { status, stdout } = workspace.run(['sh', '-c'], script, network.variables);
    expect(stdout).toMatch(/2 passed/);
    expect(status).toBe(0);
    expect(workspace.read('npm.log')).toBe(
      `install --global --no-audit --no-fund ${network.variables['SONDE_PACKAGE']}\n`,
    );
    expect(workspace.read(network.artifacts.reports.junit)).toMatch(/<testsuite [^>]*tests="2"/);
    for (const path of network.artifacts.paths) expect(existsSync(workspace.path(path)), path).toBe(true);
  });

  it('keeps them also when a check fails, which fails the job', () => {
    expect(network.artifacts.when).toBe('always');
    const { status } = workspace.run(['sh', '-c'], script, { ...network.variables, TARGET: 'nowhere.invalid' });
    expect(status).toBe(1);
    expect(workspace.read(network.artifacts.reports.junit)).toContain('<failure');
  });

  it('lets pass what could not be measured, and that only', () => {
    expect(network.allow_failure).toEqual({ exit_codes: 3 });
  });

  it('has scripts that shellcheck has nothing to say about', () => {
    expectClean(script);
  });
});

describe('docs/ci/Jenkinsfile', () => {
  const text = readFileSync(join(ROOT, 'docs/ci/Jenkinsfile'), 'utf8');
  /** Strings of Groovy in single quotes: nothing is put in there. */
  const scripts = [...text.matchAll(/\b(?:sh|script:) '([^'\n]*)'/g)].map(([, script]) => script!);
  const environment = Object.fromEntries(
    [...text.matchAll(/^ {4}([A-Z_]+) = '([^']*)'$/gm)].map(([, name, value]) => [name!, value!]),
  );

  it('is a pipeline whose blocks are closed', () => {
    expect(text).toMatch(/^pipeline \{$/m);
    let depth = 0;
    for (const character of text.replaceAll(/'[^'\n]*'|"[^"\n]*"|\/\/.*/g, '')) {
      if (character === '{') depth++;
      if (character === '}') depth--;
      expect(depth).toBeGreaterThanOrEqual(0);
    }
    expect(depth).toBe(0);
    for (const section of ['agent', 'stages', 'steps', 'post']) expect(text).toMatch(new RegExp(`\\b${section} \\{`));
  });

  it('writes the reports that its post section collects', () => {
    expect(scripts).toHaveLength(2);
    const home = workspace.path('home');
    const { status, stdout } = workspace.run(['sh', '-xe', '-c'], scripts.join('\n'), { ...environment, HOME: home });
    // It is / in the container, where Jenkins' user may not write.
    expect(existsSync(home)).toBe(false);
    expect(stdout).toMatch(/2 passed/);
    expect(status).toBe(0);
    const [, junit] = /junit testResults: '([^']+)'/.exec(text)!;
    const [, archived] = /archiveArtifacts artifacts: '([^']+)'/.exec(text)!;
    expect(workspace.read(junit!)).toMatch(/<testsuite [^>]*tests="2"/);
    expect(existsSync(workspace.path(archived!))).toBe(true);
  });

  it('has scripts that shellcheck has nothing to say about', () => {
    expectClean(scripts.join('\n'));
  });
});
