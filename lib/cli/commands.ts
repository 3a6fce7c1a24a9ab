import type { Command } from "commander";
import type { CommandName } from "./program.js";

/** Loads a command only when it is called: AWS clients and the twin load more slowly than most commands run. */
export const LOADERS: Readonly<Record<CommandName, () => Promise<Command>>> = {
  up: async () => (await import("./up.ts")).upCommand(),
  config: async () => (await import("./config.ts")).configCommand(),
  agent: async () => (await import("./agent.ts")).agentCommand(),
  send: async () => (await import("./send.ts")).sendCommand(),
  dashboard: async () => (await import("./dashboard.ts")).dashboardCommand(),
  status: async () => (await import("./status.ts")).statusCommand(),
  hosts: async () => (await import("./hosts.ts")).hostsCommand(),
  doctor: async () => (await import("./doctor.ts")).doctorCommand(),
  cost: async () => (await import("./cost.ts")).costCommand(),
  incidents: async () => (await import("./incidents.ts")).incidentsCommand(),
  alerts: async () => (await import("./alerts.ts")).alertsCommand(),
  explain: async () => (await import("./explain.ts")).explainCommand(),
  ack: async () => (await import("./ack.ts")).ackCommand(),
  silence: async () => (await import("./silence.ts")).silenceCommand(),
  event: async () => (await import("./event.ts")).eventCommand(),
  label: async () => (await import("./label.ts")).labelCommand(),
  labels: async () => (await import("./labels.ts")).labelsCommand(),
  export: async () => (await import("./export.ts")).exportCommand(),
  refit: async () => (await import("./refit.ts")).refitCommand(),
  epsilon: async () => (await import("./epsilon.ts")).epsilonCommand(),
  analyze: async () => (await import("./analyze.ts")).analyzeCommand(),
  import: async () => (await import("./import.ts")).importCommand(),
  fit: async () => (await import("./fit.ts")).fitCommand(),
  replay: async () => (await import("./replay.ts")).replayCommand(),
  evaluate: async () => (await import("./evaluate.ts")).evaluateCommand(),
  tune: async () => (await import("./tune.ts")).tuneCommand(),
  demo: async () => (await import("./demo.ts")).demoCommand(),
};
