import type { Duration } from "aws-cdk-lib";
import type { IStream } from "aws-cdk-lib/aws-kinesis";
import type { Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import type { Topic } from "aws-cdk-lib/aws-sns";
import type { Construct } from "constructs";
import type { FunctionName } from "../lib/resources.ts";
import type { Feedback } from "./feedback.ts";
import type { Forwards } from "./forwards.ts";
import type { Tables } from "./tables.ts";

/** The parts of the construct that its alarms and its dashboard use. */
export interface Parts
  extends Construct,
    Readonly<Record<Exclude<FunctionName, "feedback" | "forward">, LambdaFunction>> {
  /** Absent if alerts have no links. */
  readonly feedback: Feedback | undefined;
  readonly forwards: Forwards;
  readonly stream: IStream;
  readonly tables: Tables;
  readonly alertsTopic: Topic;
  readonly opsTopic: Topic;
  /** How often every host is refitted. */
  readonly refitEvery: Duration;
}
