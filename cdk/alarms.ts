import { Duration } from "aws-cdk-lib";
import { Alarm, ComparisonOperator, type IMetric, TreatMissingData } from "aws-cdk-lib/aws-cloudwatch";
import { SnsAction } from "aws-cdk-lib/aws-cloudwatch-actions";
import { givenUp, mappingMetric, ownMetric, refusedShare, streamMetric, successes, throttles } from "./metrics.ts";
import type { Parts } from "./parts.ts";

/** Requests in five minutes: ten a second, which no fleet's people and mail scanners make. */
const FLOOD = 3_000;

type Bound = { readonly above: number } | { readonly below: number };

type Row = Bound & {
  readonly id: string;
  /** Says what has happened and what to do: the text of the mail. */
  readonly description: string;
  readonly metric: IMetric;
  /** Consecutive periods of the metric. */
  readonly periods: number;
};

/** Alarms about Fleetwarden itself. Each notifies the ops topic. */
export function addAlarms(parts: Parts): Alarm[] {
  const action = new SnsAction(parts.opsTopic);
  return [
    ...pipeline(parts),
    ...losses(parts),
    ...quality(parts),
    ...page(parts),
    ...services(parts),
    ...schedules(parts),
  ].map((row) => {
    const alarm = new Alarm(parts, `${row.id}Alarm`, {
      alarmDescription: row.description,
      metric: row.metric,
      evaluationPeriods: row.periods,
      ...condition(row),
    });
    alarm.addAlarmAction(action);
    return alarm;
  });
}

// Missing data is a failure only for metrics that should always have some.
function condition(bound: Bound) {
  return "below" in bound
    ? {
        threshold: bound.below,
        comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
        treatMissingData: TreatMissingData.BREACHING,
      }
    : {
        threshold: bound.above,
        comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
        treatMissingData: TreatMissingData.NOT_BREACHING,
      };
}

/** Scoring is late or failing, but nothing is lost yet. */
function pipeline({ score, stream, tables }: Parts): Row[] {
  return [
    {
      id: "IteratorAge",
      description: "Records wait over a minute to be scored. If there are no errors either, add a shard.",
      metric: score.metric("IteratorAge", { statistic: "Maximum", period: Duration.minutes(1) }),
      above: 60_000,
      periods: 3,
    },
    {
      id: "ScoreErrors",
      description: "The score function fails; its batches are being retried. Its log says why.",
      metric: score.metricErrors({ statistic: "Sum", period: Duration.minutes(5) }),
      above: 3,
      periods: 1,
    },
    {
      id: "ScoreThrottles",
      description: "The account runs out of Lambda concurrency. Ask for a higher quota.",
      metric: score.metricThrottles({ statistic: "Sum", period: Duration.minutes(5) }),
      above: 0,
      periods: 2,
    },
    {
      id: "WriteThrottled",
      description: "The stream rejects records; agents spool and resend them. Add a shard.",
      metric: streamMetric(stream, "WriteProvisionedThroughputExceeded"),
      above: 0,
      periods: 2,
    },
    {
      id: "TablesThrottled",
      description:
        "DynamoDB throttles a table; the work is retried. The table's own metrics say which, and for how long.",
      metric: throttles(tables),
      above: 0,
      periods: 2,
    },
  ];
}

/** All runs well, but some hosts are scored badly or not at all. */
function quality(parts: Parts): Row[] {
  return [
    {
      id: "Late",
      description:
        "Samples came too late to alert, for an hour: agents resend or clocks jump. See `fleetwarden hosts`.",
      metric: ownMetric(parts, "Late"),
      above: 0,
      periods: 12,
    },
    {
      id: "RefitsRefused",
      description: "The gate refused most of the day's refits: old baselines stay. See `fleetwarden epsilon history`.",
      metric: refusedShare(parts),
      above: 0.5,
      periods: 1,
    },
  ];
}

/**
 * Records were given up. `score` and the mapping count them: metrics of the bucket come once a day, or cost money.
 */
function losses(parts: Parts): Row[] {
  return [
    {
      id: "Rejected",
      description: "The score function put examples of unreadable records under rejected/ in the failures bucket.",
      metric: ownMetric(parts, "Rejected"),
      above: 0,
      periods: 1,
    },
    {
      id: "SetAside",
      description:
        "A function cannot read some items. It put copies under unreadable/ in the failures bucket; its log names them.",
      metric: ownMetric(parts, "ItemsSetAside"),
      above: 0,
      periods: 1,
    },
    {
      id: "DeadLetters",
      description: "Lambda gave up on records and put them under aws/lambda/ in the failures bucket.",
      metric: mappingMetric(parts.mappingId, "OnFailureDestinationDeliveredEventCount"),
      above: 0,
      periods: 1,
    },
    {
      id: "Dropped",
      description:
        "Lambda gave up on records and could not store them either: check the permissions of the failures bucket.",
      metric: mappingMetric(parts.mappingId, "DroppedEventCount"),
      above: 0,
      periods: 1,
    },
    {
      id: "Undelivered",
      description: "An alert reached the topic but not a subscriber: an address bounces or the SMS budget is spent.",
      metric: parts.alertsTopic.metricNumberOfNotificationsFailed({ statistic: "Sum", period: Duration.minutes(5) }),
      above: 0,
      periods: 1,
    },
  ];
}

/** Links in alerts do not work. Scoring and alerts go on. */
function page({ feedback }: Parts): Row[] {
  if (!feedback) return [];
  return [
    {
      id: "FeedbackErrors",
      description: "The page behind the links in alerts fails: labels by link are not saved. Its log says why.",
      metric: feedback.fn.metricErrors({ statistic: "Sum", period: Duration.minutes(5) }),
      above: 3,
      periods: 1,
    },
    {
      id: "FeedbackFlood",
      description:
        "Somebody floods the address behind the links in alerts, which costs money: deploy with feedbackConcurrency=5.",
      metric: feedback.fn.metricInvocations({ statistic: "Sum", period: Duration.minutes(5) }),
      above: FLOOD,
      periods: 2,
    },
  ];
}

/** Alerts do not reach a service. They reach all other subscribers. */
function services({ forwards }: Parts): Row[] {
  return Object.entries(forwards).map(([service, fn]) => ({
    id: `Forward${service.charAt(0).toUpperCase()}${service.slice(1)}Failed`,
    description:
      `Alerts did not reach ${service}, and no retry did: see the function's log. ` +
      "The alerts are in the failures bucket: aws/lambda/async/.",
    metric: givenUp(fn, Duration.minutes(5)),
    above: 0,
    periods: 1,
  }));
}

/** Hours that a run of the refit may come late. */
const LATE_HOURS = 2;

/** Something that should happen regularly has stopped, or happens only now and then. */
function schedules({ refit, refitEvery, stream, sweep }: Parts): Row[] {
  // The function also runs between scheduled refits: a day without a successful run is too long for any period.
  const staleHours = Math.ceil(Math.min(refitEvery.toHours({ integral: false }), 24)) + LATE_HOURS;
  return [
    {
      id: "FleetSilent",
      description: "No host has sent anything for ten minutes. Right after deployment: start an agent.",
      metric: streamMetric(stream, "IncomingRecords"),
      below: 1,
      periods: 2,
    },
    {
      id: "SweepStale",
      description:
        "No sweep has succeeded for five minutes: alerts that could not be sent at once stay unsent. Its log says why.",
      metric: successes(sweep, Duration.minutes(1)),
      below: 1,
      periods: 5,
    },
    {
      id: "SweepFailed",
      description:
        "More than three sweeps failed in 15 minutes. Their errors are in the failures bucket: aws/lambda/async/.",
      metric: givenUp(sweep, Duration.minutes(15)),
      above: 3,
      periods: 1,
    },
    {
      id: "RefitFailed",
      description:
        "A refit failed for good: old baselines stay. Its error is in the failures bucket: aws/lambda/async/.",
      metric: givenUp(refit, Duration.hours(1)),
      above: 0,
      periods: 1,
    },
    {
      id: "RefitStale",
      description: `No refit has succeeded for ${staleHours} hours: baselines become outdated. Its log says why.`,
      // Periods of an hour are the shortest that may look back more than a day.
      metric: successes(refit, Duration.hours(1)),
      below: 1,
      periods: staleHours,
    },
  ];
}
