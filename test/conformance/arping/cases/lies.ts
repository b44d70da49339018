/** Every lie of test/arping/liar, told to a run of each kind: what counts as an answer, and what does not. */
import { LIES, type Lie } from '../../../arping/liar/answer.ts';
import { lie } from '../../../arping/liar/link.ts';
import type { Case } from '../command.ts';

/** What these do depends on how often they were asked before; test/arping/command.lab.test.ts looks at them. */
const WITH_A_MEMORY: readonly Lie[] = ['delayedPastTheNext', 'moves', 'fallsSilent', 'everyOther'];
const TOLD = (Object.keys(LIES) as Lie[]).filter((each) => !WITH_A_MEMORY.includes(each));
/** More replies than probes; -D ends at the first one. */
const MORE_THAN_ONE: Readonly<Partial<Record<Lie, Pick<Case, 'differs' | 'expect'>>>> = {
  twoAnswer: { differs: ['duplicates told', 'any reply will do'], expect: { status: 0 } },
  answersTwice: { differs: ['any reply will do'], expect: { status: 0 } },
};

export const LIES_TO_ALL: readonly Case[] = TOLD.flatMap((about): Case[] => [
  { args: `-c 1 ${lie(about, 1)}`, about, ...MORE_THAN_ONE[about] },
  { args: `-D -c 1 ${lie(about, 2)}`, about },
]);

export const LIES_IN_TURN: readonly Case[] = [
  { args: `-c 2 -w 3 ${lie('onlyBroadcasts', 5)}`, about: 'unicast from the second probe on' },
  { args: `-b -c 2 -w 3 ${lie('onlyBroadcasts', 6)}`, about: 'broadcasts all along' },
  { args: `-c 2 ${lie('twoAnswer', 5)}`, ...MORE_THAN_ONE.twoAnswer },
  {
    args: `-c 2 -w 3 ${lie('broadcastRequest', 5)}`,
    differs: ['parentheses in full'],
    expect: {
      stdout:
        `ARPING ${lie('broadcastRequest', 5)} from 10.99.0.1 arp0\n` +
        `Broadcast request from ${lie('broadcastRequest', 5)} [02:99:00:00:00:02]  <round trip>ms\n`.repeat(2) +
        'Sent 2 probes (1 broadcast(s))\nReceived 2 response(s) (2 request(s), 2 broadcast(s))\n',
    },
  },
  { args: `-c 2 ${lie('broadcastRequest', 6)}` },
  { args: `-c 2 ${lie('requestInstead', 5)}` },
  { args: `-f -w 2 ${lie('delayed', 5)}` },
  { args: `-D -c 1 -s 10.99.0.1 ${lie('foreignTarget', 5)}` },
  { args: `-D -c 1 -s 10.99.0.1 ${lie('foreignTargetHardware', 5)}` },
];
