/** When a run of arping ends, why, and with which status: ../shared/spec/iputils.md sections 3.4 and 3.6. */
import { describe, expect, it } from 'vitest';
import {
  answersAfter,
  frameOf,
  MS,
  type Network,
  NOBODY,
  OTHER_HARDWARE,
  type Player,
  play,
  replyPacket,
  SECOND,
  silence,
} from './support.ts';

const ENETDOWN = 100;
const ENOBUFS = 105;

/** `[sent, received, reason, status, seconds]` */
function ending(player: Player): unknown[] {
  const { sent, received, reason } = player.summary;
  return [sent, received, reason, player.status, player.endedAtNs / SECOND];
}

const everyOther: Network = (index) => (index % 2 === 0 ? [{ afterNs: MS }] : []);
const twice: Network = () => [{ afterNs: MS }, { afterNs: 2 * MS }];

describe('-c', () => {
  it('gives the last probe its interval to be answered in', () => {
    expect(ending(play({ count: 3 }, { network: silence }))).toEqual([3, 0, 'count', 1, 3]);
    expect(ending(play({ count: 3 }, { network: answersAfter(MS) }))).toEqual([3, 3, 'count', 0, 3]);
    expect(ending(play({ count: 1, intervalNs: 5 * SECOND }, { network: silence }))).toEqual([1, 0, 'count', 1, 5]);
  });

  it('ends with status 0 when any probe was answered', () => {
    expect(ending(play({ count: 4 }, { network: everyOther }))).toEqual([4, 2, 'count', 0, 4]);
  });

  it('counts probes, not replies: more of these than of those change nothing', () => {
    expect(ending(play({ count: 2 }, { network: twice }))).toEqual([2, 4, 'count', 0, 2]);
  });
});

describe('-w', () => {
  it('ends the run, and a probe that is due at that moment still leaves', () => {
    expect(ending(play({ deadlineNs: 2 * SECOND }, { network: silence }))).toEqual([3, 0, 'deadline', 1, 2]);
    const between = play({ deadlineNs: 3 * SECOND, intervalNs: 2 * SECOND }, { network: silence });
    expect(ending(between)).toEqual([2, 0, 'deadline', 1, 3]);
  });

  it('sends what was due at the deadline also where the wake-up comes late', () => {
    const late = play({ deadlineNs: 2 * SECOND }, { network: silence, lateNs: (wake) => (wake === 1 ? 300 * MS : 0) });
    expect(ending(late)).toEqual([3, 0, 'deadline', 1, 2.3]);
  });

  it('sends nothing more once the deadline was slept through', () => {
    const lateNs = (wake: number) => (wake === 0 ? 5 * SECOND : 0);
    const player = play({ deadlineNs: 2500 * MS }, { network: silence, lateNs });
    expect(player.sendTimes).toEqual([0, 6]);
    expect(player.summary.reason).toBe('deadline');
  });

  it('ends with status 0 when any probe was answered', () => {
    const network: Network = (index) => (index === 1 ? [{ afterNs: MS }] : []);
    expect(ending(play({ deadlineNs: 2 * SECOND }, { network }))).toEqual([3, 1, 'deadline', 0, 2]);
  });
});

describe('-w with -c', () => {
  it('ends as soon as so many replies have come', () => {
    const player = play({ count: 2, deadlineNs: 5 * SECOND }, { network: answersAfter(MS) });
    expect(ending(player)).toEqual([2, 2, 'replies', 0, 1.001]);
    expect(ending(play({ count: 2, deadlineNs: 5 * SECOND }, { network: twice }))).toEqual([1, 2, 'replies', 0, 0.002]);
  });

  it('sends no more than so many probes', () => {
    expect(ending(play({ count: 2, deadlineNs: 5 * SECOND }, { network: silence }))).toEqual([2, 0, 'count', 1, 2]);
    expect(ending(play({ count: 2, deadlineNs: SECOND }, { network: silence }))).toEqual([2, 0, 'deadline', 1, 1]);
  });

  it('ends with status 1 below so many replies', () => {
    expect(ending(play({ count: 3, deadlineNs: 9 * SECOND }, { network: everyOther }))).toEqual([3, 2, 'count', 1, 3]);
  });
});

describe('-f', () => {
  it('ends at the first reply', () => {
    expect(ending(play({ quitOnReply: true }, { network: answersAfter(30 * MS) }))).toEqual([1, 1, 'replies', 0, 0.03]);
  });

  it('takes one reply for enough whatever -c and -w say', () => {
    const player = play({ quitOnReply: true, count: 5, deadlineNs: 9 * SECOND }, { network: answersAfter(MS) });
    expect(ending(player)).toEqual([1, 1, 'replies', 0, 0.001]);
  });

  it('ends like any run without a reply', () => {
    expect(ending(play({ quitOnReply: true, count: 2 }, { network: silence }))).toEqual([2, 0, 'count', 1, 2]);
  });
});

describe('-D', () => {
  const config = { duplicateDetection: true };
  const question = { isDuplicateDetection: true, source: NOBODY };

  it('ends with status 1 at the first sign of a duplicate', () => {
    const player = play({ ...config, count: 3 }, { network: answersAfter(MS), question });
    expect(ending(player)).toEqual([1, 1, 'replies', 1, 0.001]);
  });

  it('ends with status 0 when there is none', () => {
    expect(ending(play({ ...config, count: 2 }, { network: silence, question }))).toEqual([2, 0, 'count', 0, 2]);
    const deadline = play({ ...config, deadlineNs: 2 * SECOND }, { network: silence, question });
    expect(ending(deadline)).toEqual([3, 0, 'deadline', 0, 2]);
  });

  it('listens for an interval after the last probe, also with -U', () => {
    const network: Network = (index) => (index === 1 ? [{ afterNs: 900 * MS }] : []);
    const player = play({ ...config, unsolicited: true, count: 2 }, { network, question });
    expect(ending(player)).toEqual([2, 1, 'replies', 1, 1.9]);
  });
});

describe('-U and -A', () => {
  it('end as soon as the last probe is sent', () => {
    expect(ending(play({ unsolicited: true, count: 3 }, { network: silence }))).toEqual([3, 0, 'count', 0, 2]);
  });

  it('end with status 0 whatever comes back', () => {
    const player = play({ unsolicited: true, deadlineNs: 2 * SECOND }, { network: answersAfter(MS) });
    expect(ending(player)).toEqual([3, 2, 'deadline', 0, 2]);
  });

  it('miss no answer', () => {
    const player = play({ unsolicited: true, count: 2 }, { network: silence });
    expect(player.events.map(({ type }) => type)).toEqual(['summary']);
  });

  it('end by the interval where a probe was refused', () => {
    const player = play({ unsolicited: true, count: 2 }, { refuse: (attempt) => (attempt === 1 ? ENOBUFS : null) });
    expect(ending(player)).toEqual([1, 0, 'count', 0, 2]);
  });
});

describe('-i 0', () => {
  it('sends one probe and waits until somebody ends it', () => {
    const player = play({ intervalNs: 0 }, { network: answersAfter(MS), interruptAfterNs: 3600 * SECOND });
    expect(ending(player)).toEqual([1, 1, 'interrupted', 0, 3600]);
    expect(ending(play({ intervalNs: 0, deadlineNs: 2 * SECOND }))).toEqual([1, 0, 'deadline', 1, 2]);
  });

  it('ends a second later with -c, whatever the count', () => {
    expect(ending(play({ intervalNs: 0, count: 1 }))).toEqual([1, 0, 'count', 1, 1]);
    expect(ending(play({ intervalNs: 0, count: 7 }))).toEqual([1, 0, 'count', 1, 1]);
  });
});

describe('--expect-one', () => {
  const config = { expectOne: true, broadcastOnly: true };
  const second: Network = () => [{ afterNs: MS }, { afterNs: 40 * MS, lies: { senderHardware: OTHER_HARDWARE } }];

  it('ends with status 0 when one hardware address answers, however often', () => {
    expect(ending(play({ ...config, count: 2 }, { network: twice }))).toEqual([2, 4, 'count', 0, 2]);
  });

  it('ends with status 1 when several do, or none', () => {
    const player = play({ ...config, count: 1 }, { network: second });
    expect(ending(player)).toEqual([1, 2, 'count', 1, 1]);
    expect(player.summary.told).toEqual(['02:00:00:00:00:02', '02:00:00:00:00:03']);
    expect(ending(play({ ...config, count: 1 }, { network: silence }))).toEqual([1, 0, 'count', 1, 1]);
  });

  it('does not end early, since a second one may yet answer', () => {
    const player = play({ ...config, count: 1, deadlineNs: 9 * SECOND }, { network: answersAfter(MS) });
    expect(ending(player)).toEqual([1, 1, 'count', 0, 1]);
  });
});

describe('a signal', () => {
  it('ends the run with what was counted so far', () => {
    const player = play({}, { network: answersAfter(MS), interruptAfterNs: 1500 * MS });
    expect(ending(player)).toEqual([2, 2, 'interrupted', 0, 1.5]);
    expect(ending(play({}, { interruptAfterNs: 0 }))).toEqual([0, 0, 'interrupted', 1, 0]);
  });

  it('does not change why a run ended', () => {
    const player = play(
      { quitOnReply: true },
      {
        at: [
          [
            MS,
            (it) => {
              it.deliver(frameOf(replyPacket()));
              it.engine.interrupt();
            },
          ],
        ],
      },
    );
    expect(player.summary.reason).toBe('replies');
  });
});

describe('an interface that goes down', () => {
  it('ends the run with status 2', () => {
    const down = (player: Player) => player.engine.receiveFailed(player.now, ENETDOWN);
    const player = play({}, { network: answersAfter(MS), at: [[1500 * MS, down]] });
    expect(ending(player)).toEqual([2, 2, 'error', 2, 1.5]);
    expect(player.events.at(-2)).toMatchObject({ type: 'receive-error', errno: ENETDOWN });
  });

  it('is told once', () => {
    const down = (player: Player) => {
      player.engine.receiveFailed(player.now, ENETDOWN);
      player.engine.receiveFailed(player.now, ENETDOWN);
    };
    const player = play({}, { at: [[MS, down]] });
    expect(player.events.filter(({ type }) => type === 'receive-error')).toHaveLength(1);
  });
});

describe('what comes after the end', () => {
  it('is not counted, also where it was read together with what ended the run', () => {
    const both = (player: Player) => {
      player.deliver(frameOf(replyPacket()));
      player.deliver(frameOf(replyPacket()));
    };
    expect(ending(play({ quitOnReply: true }, { at: [[MS, both]] }))).toEqual([1, 1, 'replies', 0, 0.001]);
  });
});
