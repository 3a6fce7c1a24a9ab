import { Duration } from "aws-cdk-lib";
import { Alarm, ComparisonOperator, type Metric, TreatMissingData } from "aws-cdk-lib/aws-cloudwatch";
import { SnsAction } from "aws-cdk-lib/aws-cloudwatch-actions";
import { errors, ownMetric, streamMetric } from "./metrics.ts";
import type { Parts } from "./parts.ts";

/** Requests in five minutes: ten a second, which no fleet's people and mail scanners make. */
const FLOOD = 3_000;

type Bound = { readonly above: number } | { readonly below: number };

type Row = Bound & {
  readonly id: string;
  /** Says what has happened and what to do: the text of the mail. */
  readonly description: string;
  /** One metric: CloudWatch bills an alarm by the metrics that it reads (docs/adr/031-small-fleets.md). */
  readonly metric: Metric;
  /** Consecutive periods of the metric. */
  readonly periods: number;
  /** Whether missing data is a failure: the metric always has some while all is well. */
  readonly always?: true;
};

/** Alarms about Fleetwarden itself. Each notifies the ops topic. */
export function addAlarms(parts: Parts): Alarm[] {
  const action = new SnsAction(parts.opsTopic);
  return [...pipeline(parts), ...losses(parts), ...quality(parts), ...page(parts), ...schedules(parts)].map((row) => {
    const alarm = new Alarm(parts, `${row.id}Alarm`, {
      alarmDescription: row.description,
      metric: row.metric,
      evaluationPeriods: row.periods,
      ...condition(row),
      treatMissingData: row.always ? TreatMissingData.BREACHING : TreatMissingData.NOT_BREACHING,
    });
    alarm.addAlarmAction(action);
    return alarm;
  });
}

function condition(bound: Bound) {
  return "below" in bound
    ? { threshold: bound.below, comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD }
    : { threshold: bound.above, comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD };
}

/** Scoring is late or failing, but nothing is lost yet. */
function pipeline(parts: Parts): Row[] {
  const { score, stream } = parts;
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
        "DynamoDB throttles a table; the work is retried. " +
        "`fleetwarden doctor --stack` with the stack's name says which.",
      metric: ownMetric(parts, "Throttled"),
      above: 0,
      periods: 2,
    },
  ];
}

/** All runs well, but some hosts are scored badly or not at all. A message notifies people of refused refits. */
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
  ];
}

/**
 * Something was given up. The functions count it. Metrics of the bucket come once a day, or cost money, and metrics of
 * the mapping cost $0.30 each.
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
      id: "GivenUp",
      description:
        "Lambda gave up on records, a refit or an alert for a service. They are under aws/lambda/ in the failures " +
        "bucket; the log of sweep names them.",
      metric: ownMetric(parts, "GivenUp"),
      above: 0,
      periods: 1,
    },
    {
      id: "Dropped",
      description:
        "Lambda gave up on records and could not store them either: check the permissions of the failures bucket.",
      metric: parts.score.metric("DestinationDeliveryFailures", { statistic: "Sum", period: Duration.minutes(5) }),
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
      always: true,
    },
    {
      id: "SweepFailed",
      description:
        "Within five minutes two sweeps failed, or none ran: alerts that could not be sent at once wait. " +
        "Its log says why.",
      metric: errors(sweep, "Average", Duration.minutes(5)),
      above: 0.3,
      periods: 1,
      always: true,
    },
    {
      id: "RefitStale",
      description: `No refit has succeeded for ${staleHours} hours: baselines become outdated. Its log says why.`,
      // Periods of an hour are the shortest that may look back more than a day.
      metric: errors(refit, "Minimum", Duration.hours(1)),
      above: 0,
      periods: staleHours,
      always: true,
    },
  ];
}
