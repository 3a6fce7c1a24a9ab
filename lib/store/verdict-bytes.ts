import { groupOwner, hostOwner } from "../watch/baseline.ts";
import { isOfBands } from "../watch/host-memory.ts";
import type { HostState } from "../watch/state.ts";
import { withinSingle } from "./floats.ts";

type HostVerdict = NonNullable<HostState["verdict"]>;

/** The parts of a state that help to write its verdict in fewer bytes. */
type About = Pick<HostState, "host" | "group"> & { readonly memory?: HostState["memory"] | undefined };

/** Bits of the first byte: whose baseline it is, and whether the memory holds the score. */
const Form = { host: 1, group: 2, held: 4 } as const;
const HEAD_BYTES = 9;

/**
 * Form, epsilon (single), version (32 bits); then the score (single) unless the memory holds it; then the owner unless
 * it is the host or its group. Nearly every verdict takes 9 bytes. Singles are enough: people look at these numbers,
 * and nothing computes with them.
 */
export function bytesOfVerdict({ score, epsilon, baseline }: HostVerdict, about: About): Uint8Array {
  const ownerForm =
    baseline.owner === hostOwner(about.host) ? Form.host : baseline.owner === groupOwner(about.group) ? Form.group : 0;
  const heldForm = score === heldOf(about.memory) ? Form.held : 0;
  const head = Buffer.alloc(HEAD_BYTES);
  head.writeUInt8(ownerForm | heldForm);
  head.writeFloatLE(single(epsilon), 1);
  head.writeUInt32LE(baseline.version, 5);
  const tail = heldForm ? [] : [single(score)];
  const owner = ownerForm ? "" : baseline.owner;
  return Buffer.concat([head, Buffer.from(Float32Array.from(tail).buffer), Buffer.from(owner)]);
}

export function verdictOfBytes(value: Uint8Array, { host, group, memory }: About): HostVerdict {
  const bytes = Buffer.from(value);
  const form = bytes.readUInt8();
  const epsilon = bytes.readFloatLE(1);
  const version = bytes.readUInt32LE(5);
  const score = form & Form.held ? (heldOf(memory) ?? Number.NaN) : bytes.readFloatLE(HEAD_BYTES);
  if (!Number.isFinite(score) || !Number.isFinite(epsilon)) throw new RangeError("a number is not finite");
  const named = bytes.subarray(HEAD_BYTES + (form & Form.held ? 0 : 4)).toString();
  const owner = form & Form.host ? hostOwner(host) : form & Form.group ? groupOwner(group) : named;
  return { score, epsilon, baseline: { owner, version } };
}

/** The score that the fused detector remembers. */
function heldOf(memory: About["memory"]): number | undefined {
  return memory && !isOfBands(memory) ? memory.held : undefined;
}

function single(value: number): number {
  if (!Number.isFinite(value)) throw new RangeError(`${value} cannot be stored: finite numbers only`);
  return withinSingle(value);
}
