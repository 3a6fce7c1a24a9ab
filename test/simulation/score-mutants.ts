import type { PackedBaseline } from "../../lib/watch/baseline.ts";
import type { HistoryChunk } from "../../lib/watch/history.ts";
import type { BaselineStore } from "../../lib/watch/ports.ts";
import type { HostState, PendingNotice } from "../../lib/watch/state.ts";
import { inRun, type Mutant, type Ports } from "./mutation.ts";

/** Calls that sometimes go wrong do so once in this many. */
const SELDOM = 20;

/** Faults of the scorer: an order turned round, a step left out, an error swallowed. */
export const SCORE_MUTANTS: readonly Mutant[] = [
  inRun("score: sends before it saves", "score", (ports) => {
    const { hosts, isNew } = remembering(ports);
    return {
      hosts: {
        ...hosts,
        async save(state) {
          for (const { kind, opened } of state.pending.filter((one) => isNew(state, one))) {
            const incident = await ports.incidents.get(state.host, opened);
            if (incident) await ports.publisher.publish({ kind, incident }, { sms: false });
          }
          return hosts.save(state);
        },
      },
    };
  }),
  inRun("score: saves the state before history", "score", (ports) => {
    const { after, hosts } = afterSave(ports);
    return { hosts, history: { keep: async (chunk) => after(chunk.host, () => ports.history.keep(chunk)) } };
  }),
  inRun("score: saves the state before the end of an incident", "score", (ports) => {
    const { after, hosts } = afterSave(ports);
    const save: Ports["incidents"]["save"] = async (incident) =>
      incident.kind === "fleet" || incident.resolved === undefined
        ? ports.incidents.save(incident)
        : after(incident.host, () => ports.incidents.save(incident));
    return { hosts, incidents: { save } };
  }),
  inRun("score: saves an open incident before the state", "score", ({ hosts, incidents }) => ({
    hosts: {
      async save(state) {
        if (state.incident) await incidents.save(state.incident);
        return hosts.save(state);
      },
    },
  })),
  inRun("score: takes a lost race for a save", "score", ({ hosts }) => ({
    hosts: { save: async (state) => (await hosts.save(state)) ?? { ...state, revision: state.revision + 1 } },
  })),
  inRun("score: after a lost race overwrites what the other saved", "score", ({ hosts }) => {
    const first = new Map<string, HostState>();
    const stale = (state: HostState) => {
      const before = first.get(state.host) ?? state;
      first.set(state.host, before);
      return { ...before, revision: state.revision };
    };
    return {
      hosts: {
        load: async (names) => new Map([...(await hosts.load(names))].map(([name, one]) => [name, stale(one)])),
      },
    };
  }),
  inRun("score: saves a copy whatever is stored", "score", ({ hosts }) => {
    const read = new Set<string>();
    return {
      hosts: {
        async load(names) {
          for (const name of names) read.add(name);
          return hosts.load(names);
        },
        async save(state) {
          const saved = await hosts.save(state);
          if (saved || read.has(state.host)) return saved;
          const stored = (await hosts.load([state.host])).get(state.host);
          return hosts.save({ ...state, revision: stored?.revision ?? 0 });
        },
      },
    };
  }),
  fromCopies("score: after a lost race takes its copy again", (copies, host) => copies.get(host)),
  fromCopies("score: keeps history by a copy that is out of date", (copies, host) => {
    const copy = copies.get(host);
    copies.delete(host);
    return copy;
  }),
  inRun("score: saves no new notices", "score", (ports) => {
    const { hosts, isNew } = remembering(ports);
    const pending = (state: HostState) => state.pending.filter((one) => !isNew(state, one));
    return { hosts: { ...hosts, save: (state) => hosts.save({ ...state, pending: pending(state) }) } };
  }),
  inRun("score: forgets the notices of earlier batches", "score", (ports) => {
    const { hosts, isNew } = remembering(ports);
    const pending = (state: HostState) => state.pending.filter((one) => isNew(state, one));
    return { hosts: { ...hosts, save: (state) => hosts.save({ ...state, pending: pending(state) }) } };
  }),
  inRun("score: does not mark samples as applied", "score", ({ hosts }) => ({
    hosts: { save: (state) => hosts.save({ ...state, applied: state.applied.slice(0, -1) }) },
  })),
  inRun("score: notices carry an older revision", "score", ({ hosts }) => ({
    hosts: {
      save: (state) =>
        hosts.save({ ...state, pending: state.pending.map((one) => ({ ...one, revision: one.revision - 1 })) }),
    },
  })),
  inRun("score: an error of hosts is taken for a save", "score", ({ hosts }) => ({
    hosts: { save: (state) => hosts.save(state).catch(() => ({ ...state, revision: state.revision + 1 })) },
  })),
  inRun("score: an error of incidents is ignored", "score", ({ incidents }) => ({
    incidents: { save: (incident) => incidents.save(incident).catch(() => {}) },
  })),
  inRun("score: an error of history is ignored", "score", ({ history }) => ({
    history: { keep: (chunk) => history.keep(chunk).catch(() => {}) },
  })),
  inRun("score: an incident is not saved", "score", ({ incidents }, some) => ({
    incidents: { save: async (incident) => (some(SELDOM) ? undefined : incidents.save(incident)) },
  })),
  inRun("score: the last row of a chunk is not kept", "score", ({ history }) => ({
    history: { keep: (chunk) => history.keep(rows(chunk, chunk.times.length - 1)) },
  })),
  inRun("score: a chunk is kept twice", "score", ({ history }) => ({
    history: {
      async keep(chunk) {
        await history.keep(chunk);
        await history.keep({ ...chunk, times: chunk.times.map((time) => time + 1) });
      },
    },
  })),
  inRun("score: a chunk is kept under another host", "score", ({ history }, some) => ({
    history: { keep: (chunk) => history.keep(some(SELDOM) ? { ...chunk, host: "host-00" } : chunk) },
  })),
  inRun("score: a host's own baseline is not used", "score", ({ baselines }) => ({
    baselines: { packed: (owners) => baselines.packed(owners.filter((owner) => owner.startsWith("group#"))) },
  })),
  {
    name: "score: never asks again which baseline is active",
    plant: () => {
      const first = new Map<string, PackedBaseline>();
      const packed = async (store: BaselineStore, owners: readonly string[]) => {
        for (const [owner, one] of await store.packed(owners)) if (!first.has(owner)) first.set(owner, one);
        return new Map(owners.flatMap((owner) => (first.has(owner) ? [[owner, first.get(owner)!]] : [])));
      };
      return {
        ports: (ports) => {
          const baselines = {
            ...ports.baselines,
            packed: (owners: readonly string[]) => packed(ports.baselines, owners),
          };
          return { ...ports, baselines };
        },
      };
    },
  },
  inRun("score: a rejected record is not kept", "score", () => ({ rejected: { keep: async () => {} } })),
  {
    name: "score: a record is rejected without a reason",
    plant: () => ({
      outcome: (outcome) => ({
        ...outcome,
        rejections: outcome.rejections.map((one) => ({ ...one, problems: [] })),
      }),
    }),
  },
  inRun("score: an error of the bucket is ignored", "score", ({ rejected }) => ({
    rejected: { keep: (record) => rejected.keep(record).catch(() => {}) },
  })),
  {
    name: "score: the last record of a batch is left out",
    plant: () => ({ records: (records) => (records.length > 1 ? records.slice(0, -1) : records) }),
  },
  {
    name: "score: a batch is read backwards",
    plant: () => ({ records: (records) => records.toReversed() }),
  },
  {
    name: "score: a partial failure is not reported",
    plant: () => ({ outcome: ({ retryFrom: _, ...rest }) => rest }),
  },
  {
    name: "score: asks for one record too few to be delivered again",
    plant: () => ({
      outcome: ({ retryFrom, ...rest }, { length }) =>
        retryFrom === undefined || retryFrom + 1 >= length ? rest : { ...rest, retryFrom: retryFrom + 1 },
    }),
  },
];

/** A mutant whose scorers take what they saved themselves for what is stored. */
function fromCopies(
  name: string,
  take: (copies: Map<string, HostState>, host: string) => HostState | undefined,
): Mutant {
  return {
    name,
    plant: () => {
      const ofProcess = new WeakMap<object, Map<string, HostState>>();
      return {
        ports(ports, { kind, memory }) {
          if (kind !== "score") return ports;
          const copies = ofProcess.get(memory) ?? new Map<string, HostState>();
          ofProcess.set(memory, copies);
          return { ...ports, hosts: { ...ports.hosts, ...hostsWith(copies, take, ports) } };
        },
      };
    },
  };
}

function hostsWith(
  copies: Map<string, HostState>,
  take: (copies: Map<string, HostState>, host: string) => HostState | undefined,
  { hosts }: Ports,
): Pick<Ports["hosts"], "load" | "save"> {
  return {
    async load(names) {
      const taken = names.flatMap((name) => take(copies, name) ?? []);
      const others = names.filter((name) => !taken.some(({ host }) => host === name));
      const stored = others.length > 0 ? await hosts.load(others) : [];
      return new Map([...stored, ...taken.map((one) => [one.host, one] as const)]);
    },
    async save(state) {
      const saved = await hosts.save(state);
      if (saved) copies.set(saved.host, saved);
      return saved;
    },
  };
}

/** Ports that know which notices a state had when this run read it. */
function remembering({ hosts }: Ports) {
  const known = new Map<string, ReadonlySet<string>>();
  const keyOf = ({ kind, id }: PendingNotice) => `${kind} ${id}`;
  const load: Ports["hosts"]["load"] = async (names) => {
    const states = await hosts.load(names);
    for (const { host, pending } of states.values()) known.set(host, new Set(pending.map(keyOf)));
    return states;
  };
  return {
    hosts: { ...hosts, load },
    isNew: ({ host }: HostState, notice: PendingNotice) => !known.get(host)?.has(keyOf(notice)),
  };
}

/** Ports that do the other work of a host only once its state is saved. */
function afterSave({ hosts }: Ports) {
  const waiting = new Map<string, (() => Promise<void>)[]>();
  const save: Ports["hosts"]["save"] = async (state) => {
    const works = waiting.get(state.host) ?? [];
    waiting.delete(state.host);
    const saved = await hosts.save(state);
    if (saved) for (const work of works) await work();
    return saved;
  };
  const after = (host: string, work: () => Promise<void>) => {
    waiting.set(host, [...(waiting.get(host) ?? []), work]);
  };
  return { after, hosts: { save } };
}

function rows({ host, schema, times, values, flags }: HistoryChunk, count: number): HistoryChunk {
  return {
    host,
    schema,
    times: times.subarray(0, count),
    values: values.subarray(0, count * schema.names.length),
    flags: flags.subarray(0, count),
  };
}
