/**
 * Tables, stream, mapping and schedules as plain data. The CDK stack and the local twin both build from this file, so
 * they cannot differ. Imports nothing.
 */

type AttributeType = "S" | "N";

interface Key {
  readonly name: string;
  readonly type: AttributeType;
}

interface Index {
  readonly name: string;
  readonly partitionKey: Key;
  readonly sortKey?: Key;
  readonly projection: "ALL" | "KEYS_ONLY";
}

export interface Table {
  readonly partitionKey: Key;
  readonly sortKey?: Key;
  readonly indexes: readonly Index[];
  /** The attribute with the expiry in epoch seconds. DynamoDB deletes late, so readers filter expired items too. */
  readonly timeToLive?: string;
  /** Whether no refit can rebuild the data: backups exist, and the table survives the stack. */
  readonly precious: boolean;
}

export const TABLES = {
  /** The fold's state of each host. Only hosts with pending notices have the attribute of the sparse index. */
  hosts: {
    partitionKey: { name: "host", type: "S" },
    indexes: [
      {
        name: "unsent",
        partitionKey: { name: "unsent", type: "S" },
        sortKey: { name: "host", type: "S" },
        projection: "KEYS_ONLY",
      },
    ],
    precious: true,
  },
  /** Owner is `host#…`, `group#…` or `schema#…`; version is `ACTIVE`, `v000001`…, `part#…`, `ROWS`… */
  baselines: {
    partitionKey: { name: "owner", type: "S" },
    sortKey: { name: "version", type: "S" },
    indexes: [],
    // Lists of metric names expire, and the models of replaced versions.
    timeToLive: "expires",
    precious: true,
  },
  /** Chunks of samples for refits; `time` is the first sample's, in milliseconds. */
  history: {
    partitionKey: { name: "host", type: "S" },
    sortKey: { name: "time", type: "N" },
    indexes: [],
    timeToLive: "expires",
    precious: false,
  },
  /** Incidents with their labels; opened is in milliseconds, day is its UTC date. */
  incidents: {
    partitionKey: { name: "host", type: "S" },
    sortKey: { name: "opened", type: "N" },
    indexes: [
      {
        name: "feed",
        partitionKey: { name: "day", type: "S" },
        sortKey: { name: "opened", type: "N" },
        projection: "ALL",
      },
      { name: "byId", partitionKey: { name: "id", type: "S" }, projection: "ALL" },
    ],
    precious: true,
  },
  /** The memory of alerting (lib/store/alerting-item.ts); kind is `silence`, `desk`, `allowance`… */
  alerting: {
    partitionKey: { name: "kind", type: "S" },
    sortKey: { name: "id", type: "S" },
    indexes: [],
    timeToLive: "expires",
    precious: true,
  },
} as const satisfies Record<string, Table>;

export type TableName = keyof typeof TABLES;

export const TABLE_NAMES = Object.keys(TABLES).filter((name): name is TableName => name in TABLES);

export const STREAM = { shards: 1, retentionHours: 24 } as const;

/**
 * The event source mapping between stream and `score`
 * (https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-parameters.html).
 */
export const MAPPING = {
  batchSize: 2_000,
  windowSeconds: 5,
  parallelizationFactor: 1,
  bisectOnError: true,
  reportBatchItemFailures: true,
  retryAttempts: 100,
  maxRecordAgeSeconds: 6 * 3600,
  startingPosition: "TRIM_HORIZON",
} as const;

interface FunctionSettings {
  readonly timeoutSeconds: number;
  readonly memoryMiB: number;
}

export const FUNCTIONS = {
  /** A whole vCPU costs what a third of one does for three times as long, and comes with room for more models. */
  score: { timeoutSeconds: 60, memoryMiB: 1_769 },
  sweep: { timeoutSeconds: 60, memoryMiB: 512 },
  refit: { timeoutSeconds: 900, memoryMiB: 1_769 },
  feedback: { timeoutSeconds: 15, memoryMiB: 256 },
  /** Time for the ends of a digest one by one, and for the pauses that a service asks for. */
  forward: { timeoutSeconds: 120, memoryMiB: 256 },
} as const satisfies Record<string, FunctionSettings>;

export type FunctionName = keyof typeof FUNCTIONS;

/** A refit begins no other host in the end of its time: it chooses epsilons of a segment and writes the baselines. */
export const REFIT_RESERVE_SECONDS = 120;

/** Seconds between runs of the scheduled functions. The refit spreads each day's work over as many runs as it takes. */
export const SCHEDULES = { sweep: 60, refit: 1_200 } as const satisfies Partial<Record<FunctionName, number>>;

/** The services that get alerts in their own formats, each by a function `forward` of its own. */
export const SERVICES = ["slack", "teams", "pagerduty", "opsgenie"] as const;

export type Service = (typeof SERVICES)[number];

/** The path that the function `feedback` serves; a token follows it. */
export const FEEDBACK_PATH = "/feedback/";

/**
 * Which messages a subscriber gets, by their attributes (docs/alerts.md): phones get those meant for phones too, and
 * everybody else those not meant for phones only.
 */
export const FILTERS = {
  phones: { attribute: "sms", only: "yes" },
  others: { attribute: "kind", allBut: "texts-held" },
} as const;

/** The environment variables that name the resources for every function. */
export const ENVIRONMENT = {
  hosts: "HOSTS_TABLE",
  baselines: "BASELINES_TABLE",
  history: "HISTORY_TABLE",
  incidents: "INCIDENTS_TABLE",
  alerting: "ALERTING_TABLE",
  failures: "FAILURES_BUCKET",
  alerts: "ALERTS_TOPIC_ARN",
  /** The secret that signs the links in alerts, and the address of their page; both absent without that page. */
  feedbackKey: "FEEDBACK_KEY_ARN",
  feedbackUrl: "FEEDBACK_URL",
  /** A function `forward` reads its service here, and the secret with the address or key of that service. */
  forwardService: "FORWARD_SERVICE",
  forwardSecret: "FORWARD_SECRET_ARN",
  /** Not a resource: the configuration file (lib/config) beside the code of the functions; absent without one. */
  config: "CONFIG_FILE",
} as const;

/** Counts that the functions log, per stack. Alarms and dashboard use the same names. */
export const METRICS = {
  namespace: "Fleetwarden",
  dimension: "Stack",
  /** The environment variable with the value of the dimension. */
  dimensionVariable: "STACK_NAME",
  score: ["Records", "Samples", "Anomalies", "Late", "Rejected", "IncidentsOpened"],
  sweep: ["GivenUp"],
  refit: ["BaselinesPromoted", "BaselinesRefused"],
  stores: ["ItemsSetAside", "Throttled"],
  /** Seconds from the sample that opened an incident to its first message, of messages that went at once. */
  latency: "MessageSeconds",
  /**
   * Those on which there are alarms: CloudWatch makes a metric of each where it is not 0. It bills a metric for the
   * hours in which it has data (https://aws.amazon.com/cloudwatch/pricing/), so a calm fleet has none.
   */
  alarmed: ["Late", "Rejected", "ItemsSetAside", "Throttled", "GivenUp"],
} as const;
