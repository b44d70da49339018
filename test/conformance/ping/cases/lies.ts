/** Every lie that the liar tells, to datagram sockets and to raw ones. */
import { LIES, type LieName } from '../../../lab/responder/lies.ts';
import type { Case } from '../command.ts';
import { counts, header4, header6, RTT_LINE, transcript } from './text.ts';

type Extra = Omit<Case, 'args' | 'about'>;
type SocketKind = 'datagram' | 'raw';

/** What is different about a lie, for the sockets and families for which it is. */
function extra(name: LieName, address: string, sockets: SocketKind): Extra {
  switch (name) {
    case 'stampFuture':
    case 'stampZero':
    case 'stampExtreme':
    case 'noPayload':
    case 'twoPayloads':
      return { differs: ['echoed time stamps ignored'] };
    case 'wrongSequence':
      return {
        differs: ['never-sent sequence not counted'],
        expect: { stdout: transcript(headerOf(address), [], address, counts(2, 0)), status: 1 },
      };
    case 'oldSequence':
      return { differs: ['never-sent sequence not counted'], expect: { stdout: twoReplies(address) } };
    case 'badChecksum':
      return sockets === 'datagram' || address.includes(':') ? {} : BAD_CHECKSUM;
    case 'unknownOption':
    case 'optionGarbage':
    case 'optionNops':
      return sockets === 'raw' ? {} : optionsShown(address, OPTION_TEXT[name]);
    default:
      return {};
  }
}

const OPTION_TEXT = {
  unknownOption: '\nunknown option 94',
  optionGarbage: '\nunknown option 9e',
  optionNops: '\nNOP'.repeat(40),
} as const;

function headerOf(address: string): string {
  return address.includes(':') ? header6(address, address) : header4(address, address);
}

function replyLine(address: string, sequence: number, more = ''): string {
  const ttl = address.includes(':') ? 55 : 57;
  return `64 bytes from ${address}: icmp_seq=${sequence} ttl=${ttl} time=<round trip> ms${more}`;
}

function twoReplies(address: string, more = ''): string {
  const lines = [1, 2].map((sequence) => replyLine(address, sequence, more));
  return transcript(headerOf(address), lines, address, counts(2, 2), RTT_LINE);
}

function optionsShown(address: string, text: string): Extra {
  return { differs: ['IP options on datagram sockets'], expect: { stdout: twoReplies(address, text) } };
}

const badChecksum = LIES.badChecksum.ipv4;
const BAD_CHECKSUM: Extra = {
  differs: ['checksum checked again'],
  expect: {
    stdout: transcript(
      headerOf(badChecksum),
      [1, 2].map((sequence) => replyLine(badChecksum, sequence, ' (BAD CHECKSUM!)')),
      badChecksum,
      counts(2, 0, ', +2 corrupted'),
    ),
    status: 1,
  },
};

/** Replies with a foreign identifier, which may be that of a ping that runs at the same time. */
const ABOUT_OTHERS: readonly LieName[] = ['wrongIdentifier', 'strangersReply'];

/** All lies that concern only who asked. */
export function lies(sockets: SocketKind): readonly Case[] {
  return casesOf(
    (Object.keys(LIES) as LieName[]).filter((name) => !ABOUT_OTHERS.includes(name)),
    sockets,
  );
}

/** The others. Only in a lab without company. */
export function liesAboutOthers(sockets: SocketKind): readonly Case[] {
  return casesOf(ABOUT_OTHERS, sockets);
}

function casesOf(names: readonly LieName[], sockets: SocketKind): readonly Case[] {
  return names.flatMap((name) =>
    Object.values(LIES[name]).map((address) => ({
      args: `-c2 -i.2 -W.4 ${address}`,
      about: name,
      ...extra(name, address, sockets),
    })),
  );
}

/** Some of them once more, with options that show more. */
export const LIES_SEEN_OTHERWISE: readonly Case[] = [
  { args: `-c1 ${LIES.duplicate.ipv4}`, about: 'the second comes too late' },
  { args: `-q -c2 -i.2 ${LIES.duplicate.ipv4}` },
  { args: `-D -c2 -i.2 ${LIES.duplicate.ipv6}` },
  { args: `-q -c1 ${LIES.corrupted.ipv4}` },
  { args: `-p 7 -c1 ${LIES.corrupted.ipv4}` },
  { args: `-p 00112233445566778899aabbccddeeff -c1 ${LIES.corrupted.ipv6}` },
  { args: `-s 100 -c1 ${LIES.corrupted.ipv4}` },
  { args: `-s 20 -c1 ${LIES.corrupted.ipv4}`, about: 'octet 20 is not there' },
  { args: `-s 8 -c1 ${LIES.normal.ipv4}` },
  { args: `-s 8 -c1 ${LIES.truncated.ipv4}`, about: 'shorter than the cut' },
  { args: `-s 100 -c2 -i.2 ${LIES.truncated.ipv4}` },
  { args: `-s 0 -c1 ${LIES.grown.ipv4}` },
  { args: `-n -c1 ${LIES.otherSource.ipv4}` },
  { args: `-n -c1 ${LIES.recordRoute.ipv4}` },
  { args: `-q -c1 ${LIES.recordRoute.ipv4}` },
  { args: `-a -c1 ${LIES.timestampsOnly.ipv4}` },
  { args: `-w2 -c4 -i.6 ${LIES.errorThenReply.ipv4}` },
  { args: `-w2 -c4 -i.6 ${LIES.replyThenError.ipv4}` },
  { args: `-c1 ${LIES.after3500us.ipv4}` },
  { args: `-c3 -i.4 ${LIES.after123400us.ipv6}` },
];
