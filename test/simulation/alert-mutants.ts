import type { AlertingStore } from "../../lib/alert/ports.ts";
import type { HostState } from "../../lib/watch/state.ts";
import { inRun, type Mutant, type Ports } from "./mutation.ts";

/** Faults of sending, by the scorer or the sweep. */
export const SEND_MUTANTS: readonly Mutant[] = (["score", "sweep"] as const).flatMap((kind) => [
  inRun(`${kind}: leaves sent notices pending`, kind, ({ hosts }) => {
    const owed = new Map<string, number>();
    const note = (state: HostState) => owed.set(state.host, state.pending.length);
    return {
      hosts: {
        async load(names) {
          const states = await hosts.load(names);
          for (const state of states.values()) note(state);
          return states;
        },
        async save(state) {
          if (state.pending.length < (owed.get(state.host) ?? 0)) return { ...state, revision: state.revision + 1 };
          note(state);
          return hosts.save(state);
        },
      },
    };
  }),
  inRun(`${kind}: takes a failed publication for a success`, kind, ({ publisher }) => ({
    publisher: { publish: (...of) => publisher.publish(...of).catch(() => {}) },
  })),
  inRun(`${kind}: ignores silences`, kind, () => ({ alerting: { silences: async () => [] } })),
  inRun(`${kind}: takes no place for its messages`, kind, ({ alerting }) => ({
    alerting: {
      saveAllowance: async (one) => (one.name === "texts" ? alerting.saveAllowance(one) : one),
    },
  })),
  inRun(`${kind}: sends without room`, kind, ({ alerting }) => ({
    alerting: { allowance: async (name) => ({ ...(await alerting.allowance(name)), times: [] }) },
  })),
  inRun(`${kind}: takes no place for texts`, kind, ({ alerting }) => ({
    alerting: { saveAllowance: async (one) => (one.name === "texts" ? one : alerting.saveAllowance(one)) },
  })),
  inRun(`${kind}: does not count the texts that it holds back`, kind, ({ alerting }) => ({
    alerting: { saveAllowance: (one) => alerting.saveAllowance({ ...one, held: { critical: 0, warning: 0 } }) },
  })),
]);

/** Faults of the sweep alone, of the one host that speaks for its group, and of fleets' incidents. */
export const ALERT_MUTANTS: readonly Mutant[] = [
  inRun("score: every host speaks for its group", "score", ({ alerting }) => ({
    alerting: {
      desk: async (group) => {
        const desk = await alerting.desk(group);
        return { ...desk, incidents: [], recent: [], spoke: 0 };
      },
      saveDesk: async (desk) => desk,
    },
  })),
  {
    name: "score: learns of no silence after its first look",
    plant: () => {
      let first: ReturnType<AlertingStore["silences"]> | undefined;
      const look = (ports: Ports) => {
        first ??= ports.alerting.silences();
        return first;
      };
      return {
        ports: (ports, { kind }) =>
          kind === "sweep" ? ports : { ...ports, alerting: { ...ports.alerting, silences: () => look(ports) } },
      };
    },
  },
  inRun("sweep: drops a notice that it should hold or send", "sweep", ({ hosts }) => ({
    hosts: {
      load: async (names) =>
        new Map([...(await hosts.load(names))].map(([name, one]) => [name, { ...one, pending: one.pending.slice(1) }])),
    },
  })),
  inRun("sweep: hosts join a fleet incident that is not saved", "sweep", () => ({
    alerting: { saveDesk: async (desk) => ({ ...desk, revision: desk.revision + 1 }) },
  })),
  inRun("sweep: takes a lost race for a save", "sweep", ({ hosts }) => ({
    hosts: { save: async (state) => (await hosts.save(state)) ?? { ...state, revision: state.revision + 1 } },
  })),
  inRun("sweep: saves a silence before the host's state", "sweep", ({ hosts, incidents }) => ({
    hosts: {
      async save(state) {
        if (state.incident?.kind === "silent") await incidents.save(state.incident);
        return hosts.save(state);
      },
    },
  })),
  inRun("sweep: the end of a fleet incident is not saved", "sweep", ({ incidents }) => ({
    incidents: {
      save: async (one) => (one.kind === "fleet" && one.resolved !== undefined ? undefined : incidents.save(one)),
    },
  })),
  inRun("sweep: the end of the trouble of a silent host is not saved", "sweep", ({ incidents }) => ({
    incidents: {
      save: async (one) => (one.kind !== "fleet" && one.ending === "silent" ? undefined : incidents.save(one)),
    },
  })),
  inRun("sweep: forgets that people heard of an incident before its fleet's", "sweep", ({ hosts }) => ({
    hosts: {
      save(state) {
        const { told: _, ...incident } = state.incident ?? {};
        return hosts.save(state.incident ? ({ ...state, incident } as HostState) : state);
      },
    },
  })),
  inRun("sweep: a silent host has no notice", "sweep", ({ hosts }) => ({
    hosts: {
      save: (state) =>
        hosts.save(state.incident?.kind === "silent" ? { ...state, pending: state.pending.slice(0, -1) } : state),
    },
  })),
  {
    name: "sweep: does not run",
    plant: () => ({ ignoresSchedule: true }),
  },
];
