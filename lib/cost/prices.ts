/** List prices in dollars, without the free tier. A table of another region has the same keys. */
export const PRICES = {
  region: "us-east-1",
  asOf: "2026-12-01",
  /** https://aws.amazon.com/kinesis/data-streams/pricing/: provisioned mode. */
  shardHour: 0.015,
  millionPayloadUnits: 0.014,
  /** https://aws.amazon.com/dynamodb/pricing/on-demand/: standard table class. */
  millionReadUnits: 0.125,
  millionWriteUnits: 0.625,
  /** https://aws.amazon.com/dynamodb/pricing/provisioned/: a unit of capacity, standard table class. */
  readUnitHour: 0.00013,
  writeUnitHour: 0.00065,
  /**
   * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/reserved-capacity.html: the most that a term saves
   * of those two prices. It covers whole blocks of so many units, reads and writes apart.
   */
  reserved: { blockUnits: 100, saved: { "1y": 0.54, "3y": 0.77 } },
  tableGigabyteMonth: 0.25,
  /** https://aws.amazon.com/dynamodb/pricing/on-demand/: point-in-time recovery, by table sizes without indexes. */
  backupGigabyteMonth: 0.2,
  /** https://aws.amazon.com/lambda/pricing/: arm64. */
  millionRuns: 0.2,
  gigabyteSecond: 0.0000133334,
  /** https://aws.amazon.com/s3/pricing/: standard storage. */
  millionBucketWrites: 5,
  millionBucketReads: 0.4,
  bucketGigabyteMonth: 0.023,
  /** https://aws.amazon.com/sns/pricing/: requests. Mails, texts and posts come on top. */
  millionPublishes: 0.5,
  /** https://aws.amazon.com/cloudwatch/pricing/: alarms of standard resolution, logs taken in. */
  alarmMetricMonth: 0.1,
  logGigabyte: 0.5,
  /** https://aws.amazon.com/secrets-manager/pricing/. */
  secretMonth: 0.4,
} as const;

/** Hours of the month that AWS's price examples use. */
export const MONTH_HOURS = 730;

/** The parts of the stack that cost the same for any fleet. */
export const FIXED = {
  /** Each alarm watches one. A calm fleet has no metrics of our own (lib/resources.ts). */
  alarmMetrics: 16,
  secrets: 1,
} as const;
