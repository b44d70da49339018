/** A check as it is to be run: all defaults applied, all times in ms. */
import type { Condition } from '../conditions/condition.ts';
import type { Expectation } from './file/schema.ts';
import type { Place } from './file/source.ts';

export interface Assertion {
  readonly condition: Condition;
  readonly place: Place;
}

interface CheckBase {
  readonly name: string;
  /** The host, address, device, name or endpoint as the file has it. */
  readonly target: string;
  readonly place: Place;
  readonly assertions: readonly Assertion[];
  /** Null: the conditions alone count. */
  readonly expect: Expectation | null;
  readonly tags: readonly string[];
  /** Null: as many as the command line says. */
  readonly retries: number | null;
  readonly backoffMs: number;
  /** For one try; null for no limit. */
  readonly deadlineMs: number | null;
}

export type Family = 'ipv4' | 'ipv6';

export interface PingCheck extends CheckBase {
  readonly kind: 'ping';
  readonly count: number;
  readonly intervalMs: number;
  readonly timeoutMs: number;
  readonly family: Family | null;
  readonly device: string | null;
  readonly size: number | null;
  readonly ttl: number | null;
  readonly method: 'icmp' | 'udp' | 'tcp' | 'auto';
  readonly port: number | null;
}

export interface PathCheck extends CheckBase {
  readonly kind: 'path';
  readonly family: Family | null;
  readonly maxHops: number;
  readonly port: number | null;
}

export interface ClockCheck extends CheckBase {
  readonly kind: 'clock';
  /** Answers to collect. */
  readonly count: number;
}

export interface ArpCheck extends CheckBase {
  readonly kind: 'arp';
  readonly count: number;
  readonly intervalMs: number;
  readonly device: string | null;
}

export interface RoutersCheck extends CheckBase {
  readonly kind: 'routers';
}

export interface TcpCheck extends CheckBase {
  readonly kind: 'tcp';
  /** `target` taken apart. */
  readonly host: string;
  readonly port: number;
  readonly count: number;
  readonly intervalMs: number;
  readonly timeoutMs: number;
  readonly family: Family | null;
}

export interface DnsCheck extends CheckBase {
  readonly kind: 'dns';
  readonly timeoutMs: number;
  readonly family: Family | null;
}

export type Check = PingCheck | PathCheck | ClockCheck | ArpCheck | RoutersCheck | TcpCheck | DnsCheck;
