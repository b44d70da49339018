/** `tracepath --live` on a terminal that tmux plays: what stands there, what keys do, and that it is given back as it was. */
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { describeLab } from '../../lab/describe-lab.ts';
import { createLab, type Lab } from '../../lab/lab.ts';
import { type PathControl, startPath } from '../../lab/path/control.ts';
import { createStage, type Stage } from '../../lab/stage.ts';
import { Tmux } from './tmux.ts';

const TARGET = '10.99.4.1';

describeLab('tracepath --live', () => {
  let lab: Lab;
  let path: PathControl;
  let stage: Stage;
  let terminal: Tmux;
  beforeAll(async () => {
    lab = await createLab();
    stage = createStage();
    path = await startPath(lab, { target: { ipv4: TARGET }, hops: [{}, { silent: true }, { delayMs: 5 }] });
  });
  afterAll(async () => {
    await path.stop();
    stage.remove();
    await lab.close();
  });

  beforeEach(async () => {
    terminal = new Tmux(lab.netns('a'), 120, 24, { LC_ALL: 'C.UTF-8', PATH: process.env['PATH'] ?? '' });
    await terminal.waitFor(/^\$/m);
    terminal.type('echo what was here before');
    terminal.press('Enter');
    await terminal.waitFor(/^what was here before$/m);
  });
  afterEach(() => {
    terminal.close();
  });

  async function start(...options: readonly string[]): Promise<string> {
    terminal.type(`${stage.command('tracepath')} --live -n -i 0.1 ${options.join(' ')} ${TARGET}; echo status $?`);
    terminal.press('Enter');
    return await terminal.waitFor(/10\.99\.4\.1 +[3-9] /);
  }

  /** The shell's screen, with the report below what was there before, and the terminal in its usual state. */
  async function expectRestored(status: number): Promise<void> {
    const screen = await terminal.waitFor(new RegExp(`^status ${status}$`, 'm'));
    expect(screen).toMatch(/^what was here before$/m);
    expect(screen).toMatch(/10\.99\.4\.1 reached at hop 4; interrupted\nstatus/);
    expect([terminal.ask('alternate_on'), terminal.ask('cursor_flag')]).toEqual(['0', '1']);
    terminal.type('stty -a | tr " " "\\n" | grep -x -e icanon -e echo -e isig | xargs echo modes');
    terminal.press('Enter');
    await terminal.waitFor(/^modes (?=.*icanon)(?=.*echo)(?=.*isig)/m);
  }

  it('shows figures and history on a screen of its own, and gives the terminal back at q', async () => {
    const screen = await start();
    expect(screen).not.toContain('what was here before');
    expect([terminal.ask('alternate_on'), terminal.ask('cursor_flag')]).toEqual(['1', '0']);
    expect(screen).toMatch(/^tracepath to 10\.99\.4\.1 \(10\.99\.4\.1\), \d+ rounds in \d+\.\d s, one every 0\.1 s$/m);
    expect(screen).toMatch(/^hop {2}router .* p95 {2}history$/m);
    expect(screen).toMatch(/^ {2}1 {2}10\.99\.0\.1 .* [▁▂▃▄▅▆▇█]+$/m);
    expect(screen).toMatch(/^ {2}2 {2}\* /m);
    await terminal.waitFor(/^ {2}2 {2}\* .*!+/m);
    terminal.type('q');
    await expectRestored(0);
  });

  it('takes Ctrl-C for q', async () => {
    await start();
    terminal.press('C-c');
    await expectRestored(0);
  });

  it.each([
    ['SIGTERM', 'TERM', 143],
    ['SIGINT', 'INT', 130],
    ['SIGHUP', 'HUP', 129],
  ])('gives the terminal back at %s', async (_name, signal, status) => {
    await start();
    await lab.run('a', ['pkill', `-${signal}`, '-f', `^[^ ]*node.*${stage.command('tracepath')}`]);
    await expectRestored(status);
  });

  it('changes the display at d, stops at p, goes on at p, and begins anew at r', async () => {
    await start();
    terminal.type('d');
    const history = await terminal.waitFor(/^ {2}1 {2}10\.99\.0\.1 {2}[▁▂▃▄▅▆▇█]+$/m);
    expect(history).not.toContain('sdev');
    terminal.type('d');
    await terminal.waitFor(/sdev/);
    terminal.type('p');
    await terminal.waitFor(/\[paused\]/);
    const rounds = () => Number(/(\d+) rounds? in/.exec(terminal.screen())?.[1]);
    const paused = rounds();
    terminal.type('p');
    await terminal.waitFor(/display$/m);
    while (rounds() < paused + 3) await terminal.waitFor(/rounds in/);
    terminal.type('r');
    await terminal.waitFor(/, [1-3] rounds? in/);
    terminal.type('q');
    await expectRestored(0);
  });

  it('follows the size of the terminal', async () => {
    await start();
    terminal.resize(60, 6);
    const small = await terminal.waitFor(/more lines: the screen is too low/);
    expect(Math.max(...small.split('\n').map((line) => line.length))).toBeLessThanOrEqual(60);
    terminal.resize(120, 24);
    await terminal.waitFor(/^ {2}4 {2}10\.99\.4\.1 .*[▁▂▃▄▅▆▇█]+$/m);
    terminal.type('q');
    await expectRestored(0);
  });

  it('ends by itself after the given number of rounds', async () => {
    terminal.type(`${stage.command('tracepath')} --live -n -c 2 -i 0.1 ${TARGET}; echo status $?`);
    terminal.press('Enter');
    const screen = await terminal.waitFor(/^status 0$/m);
    expect(screen).toMatch(/, 2 rounds in/);
    expect(terminal.ask('alternate_on')).toBe('0');
  });

  it('does not draw on a terminal that cannot move its cursor', async () => {
    terminal.type(`TERM=dumb ${stage.command('tracepath')} --live -n ${TARGET}; echo status $?`);
    terminal.press('Enter');
    expect(await terminal.waitFor(/^status 1$/m)).toContain('and TERM is dumb: use --report');
    expect(terminal.ask('alternate_on')).toBe('0');
  });

  it('takes a terminal without a size for one of 24 lines', async () => {
    terminal.type('stty rows 0 columns 0');
    terminal.press('Enter');
    await start();
    terminal.type('q');
    await expectRestored(0);
  });

  it('says in one line what it lacks without a terminal', async () => {
    const argv = [stage.command('tracepath'), '--live', TARGET];
    const { stdout, stderr, status } = await lab.run('a', argv);
    expect(stdout).toBe('');
    expect(stderr).toBe('tracepath: --live needs a terminal on stdin and stdout: use --report\n');
    expect(status).toBe(1);
  });
});
