/** Just enough of the DNS wire format (RFC 1035, section 4) to answer one question. Names are never compressed. */

export const RECORD_TYPES = { A: 1, CNAME: 5, PTR: 12, AAAA: 28 } as const;
export type RecordType = keyof typeof RECORD_TYPES;

export const RESPONSE_CODES = { NOERROR: 0, SERVFAIL: 2, NXDOMAIN: 3 } as const;
export type ResponseCode = keyof typeof RESPONSE_CODES;

const HEADER_OCTETS = 12;
const CLASS_INTERNET = 1;
const TIME_TO_LIVE_SECONDS = 0;
/** QR (a response) and AA in the third octet; RD is copied from the question. */
const RESPONSE_AUTHORITATIVE = 0x84;
const RECURSION_AVAILABLE = 0x80;

export interface Question {
  readonly identifier: number;
  readonly recursionDesired: boolean;
  /** Lower case, dots between the labels, one character for each octet. */
  readonly name: string;
  /** `TYPE65` and the like for what is not in RECORD_TYPES. */
  readonly type: RecordType | `TYPE${number}`;
  /** The question section as it came, to be sent back. */
  readonly octets: Buffer;
}

/** One resource record; `data` is already in wire form. */
export interface ResourceRecord {
  readonly name: string;
  readonly type: RecordType;
  readonly data: Buffer;
}

/** Reads a query with one question. @throws RangeError on anything shorter */
export function decodeQuestion(message: Buffer): Question {
  const labels: string[] = [];
  let offset = HEADER_OCTETS;
  for (let length = message.readUInt8(offset); length !== 0; length = message.readUInt8(offset)) {
    labels.push(message.toString('latin1', offset + 1, offset + 1 + length));
    offset += 1 + length;
  }
  const code = message.readUInt16BE(offset + 1);
  const known = (Object.keys(RECORD_TYPES) as RecordType[]).find((type) => RECORD_TYPES[type] === code);
  return {
    identifier: message.readUInt16BE(0),
    recursionDesired: (message.readUInt8(2) & 1) === 1,
    name: labels.join('.').toLowerCase(),
    type: known ?? `TYPE${code}`,
    octets: message.subarray(HEADER_OCTETS, offset + 5),
  };
}

/** The response to `question`. */
export function encodeResponse(question: Question, code: ResponseCode, answers: readonly ResourceRecord[]): Buffer {
  const header = Buffer.alloc(HEADER_OCTETS);
  header.writeUInt16BE(question.identifier, 0);
  header.writeUInt8(RESPONSE_AUTHORITATIVE | (question.recursionDesired ? 1 : 0), 2);
  header.writeUInt8(RECURSION_AVAILABLE | RESPONSE_CODES[code], 3);
  header.writeUInt16BE(1, 4); // questions
  header.writeUInt16BE(answers.length, 6);
  return Buffer.concat([header, question.octets, ...answers.map(encodeRecord)]);
}

function encodeRecord({ name, type, data }: ResourceRecord): Buffer {
  const fixed = Buffer.alloc(10);
  fixed.writeUInt16BE(RECORD_TYPES[type], 0);
  fixed.writeUInt16BE(CLASS_INTERNET, 2);
  fixed.writeUInt32BE(TIME_TO_LIVE_SECONDS, 4);
  fixed.writeUInt16BE(data.length, 8);
  return Buffer.concat([encodeName(name), fixed, data]);
}

/** A dotted name as length-prefixed labels; each character is one octet. */
export function encodeName(name: string): Buffer {
  const labels = name.split('.').map((label) => Buffer.from(label, 'latin1'));
  return Buffer.concat([...labels.flatMap((label) => [Buffer.of(label.length), label]), Buffer.of(0)]);
}
