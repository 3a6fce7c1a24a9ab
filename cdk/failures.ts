import { CfnResource, Duration, type RemovalPolicy, Stack, Validations } from "aws-cdk-lib";
import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import type {
  DestinationConfig,
  DlqDestinationConfig,
  IDestination,
  IEventSourceDlq,
  IEventSourceMapping,
  IFunction,
} from "aws-cdk-lib/aws-lambda";
import { BlockPublicAccess, Bucket, BucketEncryption } from "aws-cdk-lib/aws-s3";
import type { Construct } from "constructs";

const KEPT_DAYS = 30;

/**
 * Lambda puts batches of the stream and runs of the schedules here that it gave up on
 * (https://docs.aws.amazon.com/lambda/latest/dg/kinesis-on-failure-destination.html,
 * https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html).
 */
const DISCARDED = "aws/lambda/*";

/** `score` puts records here that it cannot read. */
export const REJECTED = "rejected/*";

/** The functions put copies here of items that they cannot read. */
export const UNREADABLE = "unreadable/*";

/** The bucket that stores for 30 days the records that could not be scored. */
export function createFailuresBucket(scope: Construct, removalPolicy: RemovalPolicy): Bucket {
  const bucket = new Bucket(scope, "Failures", {
    encryption: BucketEncryption.S3_MANAGED,
    blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
    enforceSSL: true,
    lifecycleRules: [{ expiration: Duration.days(KEPT_DAYS) }],
    removalPolicy,
  });
  Validations.of(bucket).acknowledge({
    id: "AwsSolutions-S1",
    reason: "Written by our own role only and read by operators; access logs would cost more than what is stored.",
  });
  return bucket;
}

/** Lets a function store objects under this prefix. */
export function grantKeep(bucket: Bucket, fn: IFunction, prefix: typeof REJECTED | typeof UNREADABLE): void {
  fn.addToRolePolicy(inOwnAccount(bucket, "s3:PutObject", bucket.arnForObjects(prefix)));
  acknowledgePrefix(bucket, fn, prefix);
}

/**
 * The bucket as the destination of records and events that Lambda gave up on. The CDK's classes would also grant
 * reading all of it.
 */
export class FailureDestination implements IEventSourceDlq, IDestination {
  readonly #bucket: Bucket;

  constructor(bucket: Bucket) {
    this.#bucket = bucket;
  }

  bind(_user: Construct | IEventSourceMapping, fn: IFunction): DlqDestinationConfig & DestinationConfig {
    const bucket = this.#bucket;
    fn.addToRolePolicy(inOwnAccount(bucket, "s3:PutObject", bucket.arnForObjects(DISCARDED)));
    // Lambda asks for it. The sweep also counts by it what Lambda gave up on.
    fn.addToRolePolicy(inOwnAccount(bucket, "s3:ListBucket", bucket.bucketArn));
    acknowledgePrefix(bucket, fn, DISCARDED);
    return { destination: bucket.bucketArn };
  }
}

// If a stranger takes the name of the deleted bucket, the condition keeps our records from them.
function inOwnAccount(bucket: Bucket, action: string, resource: string): PolicyStatement {
  return new PolicyStatement({
    actions: [action],
    resources: [resource],
    conditions: { StringEquals: { "s3:ResourceAccount": Stack.of(bucket).account } },
  });
}

// The id of a finding names the resource as the template does.
function acknowledgePrefix(bucket: Bucket, fn: IFunction, prefix: string): void {
  const { node } = bucket;
  if (!CfnResource.isCfnResource(node.defaultChild)) throw new Error(`${node.path} has no resource of its own`);
  const logicalId = Stack.of(bucket).resolve(node.defaultChild.logicalId);
  Validations.of(fn.role ?? fn).acknowledge({
    id: `AwsSolutions-IAM5[Resource::<${logicalId}.Arn>/${prefix}]`,
    reason: "A name has a date and the key of what is stored. The function may write this prefix of this bucket only.",
  });
}
