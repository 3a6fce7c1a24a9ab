import { groupOwner, hostOwner } from "../watch/baseline.ts";
import type { HostState } from "../watch/state.ts";
import { withinSingle } from "./floats.ts";

type HostVerdict = NonNullable<HostState["verdict"]>;

/** The parts of a state that help to write its verdict in fewer bytes. */
type About = Pick<HostState, "host" | "group">;

/** Bits of the first byte: whose baseline it is; and a form of earlier versions, which kept the score elsewhere. */
const Form = { host: 1, group: 2, past: 4 } as const;
const HEAD_BYTES = 13;

/**
 * Form, epsilon (single), version (32 bits), score (single); then the owner unless it is the host or its group. Nearly
 * every verdict takes 13 bytes. Singles are enough: people look at these numbers, and nothing computes with them.
 */
export function bytesOfVerdict({ score, epsilon, baseline }: HostVerdict, about: About): Uint8Array {
  const form =
    baseline.owner === hostOwner(about.host) ? Form.host : baseline.owner === groupOwner(about.group) ? Form.group : 0;
  const head = Buffer.alloc(HEAD_BYTES);
  head.writeUInt8(form);
  head.writeFloatLE(single(epsilon), 1);
  head.writeUInt32LE(baseline.version, 5);
  head.writeFloatLE(single(score), 9);
  return Buffer.concat([head, Buffer.from(form ? "" : baseline.owner)]);
}

/** Undefined for a verdict of the old form: the next sample brings another. */
export function verdictOfBytes(value: Uint8Array, { host, group }: About): HostVerdict | undefined {
  const bytes = Buffer.from(value);
  const form = bytes.readUInt8();
  if (form & Form.past) return undefined;
  const [epsilon, version, score] = [bytes.readFloatLE(1), bytes.readUInt32LE(5), bytes.readFloatLE(9)];
  if (!Number.isFinite(score) || !Number.isFinite(epsilon)) throw new RangeError("a number is not finite");
  const named = bytes.subarray(HEAD_BYTES).toString();
  const owner = form & Form.host ? hostOwner(host) : form & Form.group ? groupOwner(group) : named;
  return { score, epsilon, baseline: { owner, version } };
}

function single(value: number): number {
  if (!Number.isFinite(value)) throw new RangeError(`${value} cannot be stored: finite numbers only`);
  return withinSingle(value);
}
