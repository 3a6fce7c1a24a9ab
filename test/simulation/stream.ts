import { gzipSync } from "node:zlib";
import type { MappedRecord } from "../../lib/local/mapping.ts";
import type { StreamRecord } from "../../lib/watch/delivery.ts";
import { type Fault, happened, type Tally } from "./faults.ts";
import type { Fleet, Host, Sent } from "./fleet.ts";
import { between, chance, pick, type Random } from "./random.ts";

/** A record on the stream. */
export interface Put extends StreamRecord, MappedRecord {
  /** The samples that it carries; absent when the record is unreadable. */
  readonly sent?: Sent;
  /** Whether the same bytes were put before. */
  readonly isCopy: boolean;
}

export interface Shard {
  readonly id: string;
  readonly parents: readonly Shard[];
  readonly puts: Put[];
}

export interface Stream {
  /** In the order of the stream. */
  readonly puts: readonly Put[];
  readonly shards: readonly Shard[];
}

/** Records overtake one another by fewer positions than this number. */
const OVERTAKE_MAX = 64;
/** A host remembers the times of this many newest samples (fold.ts). */
const REMEMBERED = 64;

/** The hosts' records as the stream holds them: with copies and poison, in disorder, on shards that split and merge. */
export function makeStream(random: Random, { sent }: Fleet, faults: ReadonlySet<Fault>, tally: Tally): Stream {
  const slots = ordered(random, sent, faults, tally).map(
    (one, position): Slot => ({ position, sent: one, isCopy: false }),
  );
  const copies = faults.has("copies soon") || faults.has("copies later") ? copiesOf(random, slots, faults, tally) : [];
  const poison = faults.has("poison") ? poisonOf(random, slots, tally) : [];
  let arrival = 0;
  const puts = [...slots, ...copies, ...poison]
    .sort((a, b) => a.position - b.position)
    .map((slot, i): Put => {
      arrival = Math.max(arrival, slot.sent.at);
      if (slot.sent.partlyBroken) happened(tally, "record broken in part");
      return {
        sequenceNumber: `4964${String(i).padStart(52, "0")}`,
        partitionKey: keyOf(random, slot),
        arrival,
        data: (slot.poison ?? slot.sent.bytes).toString("base64"),
        ...(slot.poison ? {} : { sent: slot.sent }),
        isCopy: slot.isCopy,
      };
    });
  return { puts, shards: shardsOf(random, puts, faults, tally) };
}

/** Senders of series choose random keys, which scatter one host's records over the shards. */
function keyOf(random: Random, { sent: { host }, poison }: Slot): string {
  const isScattered = host.scattering?.by === "series" && !poison;
  return isScattered ? `${host.name}-${between(random, 0, HASHES - 1).toString(16)}` : host.name;
}

interface Slot {
  readonly position: number;
  readonly sent: Sent;
  readonly isCopy: boolean;
  readonly poison?: Buffer;
}

function ordered(random: Random, sent: readonly Sent[], faults: ReadonlySet<Fault>, tally: Tally): readonly Sent[] {
  const late = faults.has("late samples");
  if (!late && !faults.has("reordering")) return sent;
  const shuffled = sent
    .map((one, i) => ({ one, at: i + random() * OVERTAKE_MAX }))
    .sort((a, b) => a.at - b.at)
    .map(({ one }) => one);
  happened(tally, late ? "late samples" : "reordering");
  if (late) return shuffled;
  // One record per host is in flight: a host's records keep their order in the positions drawn for them.
  const own = new Map<Host, Sent[]>();
  for (const one of sent) own.set(one.host, [...(own.get(one.host) ?? []), one]);
  return shuffled.map(({ host }) => own.get(host)!.shift()!);
}

function copiesOf(random: Random, slots: readonly Slot[], faults: ReadonlySet<Fault>, tally: Tally): Slot[] {
  const copies: Slot[] = [];
  for (const { position, sent } of slots) {
    if (faults.has("copies soon") && chance(random, 0.1)) {
      copies.push({ position: position + between(random, 0, 8) + random(), sent, isCopy: true });
      happened(tally, "copies soon");
    }
    if (faults.has("copies later") && chance(random, 0.5)) {
      const forgotten = whenForgotten(slots, position);
      if (forgotten === undefined) continue;
      copies.push({ position: forgotten + between(random, 0, 50) + random(), sent, isCopy: true });
      happened(tally, "copies later");
    }
  }
  return copies;
}

/** The position from which the host no longer remembers the record, because it has sent enough newer samples. */
function whenForgotten(slots: readonly Slot[], position: number): number | undefined {
  const { host } = slots[position]!.sent;
  let since = 0;
  for (const { sent, position: later } of slots.slice(position + 1)) {
    if (sent.host !== host) continue;
    since += sent.samples.length;
    if (since >= REMEMBERED) return later;
  }
  return undefined;
}

type Poison = "malformed record" | "unknown schema" | "broken gzip";

const POISON: Record<Poison, (sent: Sent, random: Random) => Buffer> = {
  "malformed record": ({ host }, random) =>
    Buffer.from(
      pick(random, ["", '{"v":1,"host":', "not JSON", `{"v":2,"host":"${host.name}"}`, `{"host":"${host.name}"}`]),
    ),
  "unknown schema": ({ host, at }) =>
    Buffer.from(JSON.stringify({ v: 1, host: host.name, group: host.group, schema: "00c0ffee", t: [at], rows: [[1]] })),
  "broken gzip": ({ bytes }) => gzipSync(bytes).subarray(0, 20),
};
const POISONS = Object.keys(POISON) as Poison[];

function poisonOf(random: Random, slots: readonly Slot[], tally: Tally): Slot[] {
  return slots
    .filter(() => chance(random, 0.04))
    .map(({ position, sent }) => {
      const kind = pick(random, POISONS);
      happened(tally, kind);
      return { position: position + random(), sent, isCopy: false, poison: POISON[kind](sent, random) };
    });
}

interface Open {
  readonly shard: Shard;
  /** Hashes of partition keys, from inclusive, to exclusive. */
  readonly from: number;
  readonly to: number;
}

const HASHES = 2 ** 32;

function shardsOf(random: Random, puts: readonly Put[], faults: ReadonlySet<Fault>, tally: Tally): Shard[] {
  const count = between(random, 1, 4);
  const shards: Shard[] = [];
  const create = (parents: readonly Shard[], from: number, to: number): Open => {
    const shard = { id: `shard-${shards.length}`, parents, puts: [] };
    shards.push(shard);
    return { shard, from, to };
  };
  let open = Array.from({ length: count }, (_, i) => create([], (HASHES / count) * i, (HASHES / count) * (i + 1)));
  for (const put of puts) {
    if (faults.has("resharding") && chance(random, 3 / puts.length)) {
      const merges = open.length > 1 && chance(random, 0.5);
      open = merges ? merged(random, open, create) : split(random, open, create);
      happened(tally, merges ? "merge" : "split");
    }
    const hash = hashOf(put.partitionKey);
    open.find(({ from, to }) => from <= hash && hash < to)!.shard.puts.push(put);
  }
  return shards;
}

type Create = (parents: readonly Shard[], from: number, to: number) => Open;

function split(random: Random, open: readonly Open[], create: Create): Open[] {
  const parent = pick(random, open);
  const middle = (parent.from + parent.to) / 2;
  const children = [create([parent.shard], parent.from, middle), create([parent.shard], middle, parent.to)];
  return open.flatMap((one) => (one === parent ? children : [one]));
}

function merged(random: Random, open: readonly Open[], create: Create): Open[] {
  const i = between(random, 0, open.length - 2);
  const [left, right] = [open[i]!, open[i + 1]!];
  return [...open.slice(0, i), create([left.shard, right.shard], left.from, right.to), ...open.slice(i + 2)];
}

/** FNV-1a, spreads hosts over shards. */
export function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(text)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return hash;
}
