import { RemovalPolicy, Validations } from "aws-cdk-lib";
import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import { FunctionUrlAuthType, type IFunction, type Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import { Secret } from "aws-cdk-lib/aws-secretsmanager";
import type { Construct } from "constructs";
import { ENVIRONMENT } from "../lib/resources.ts";
import { createFunction, type FunctionOptions } from "./functions.ts";

/** The page that links in alerts open: its function, and the settings of the functions that send alerts. */
export interface Feedback {
  readonly fn: LambdaFunction;
  /** Its address, open to everybody. */
  readonly url: string;
  /** For the environment of functions that sign links. */
  readonly environment: Readonly<Record<string, string>>;
  /** Lets a function read the key that signs links. */
  grantKey(fn: IFunction): void;
}

/** Letters and digits, so 380 bits: more than HMAC-SHA-256 uses. */
const KEY_LENGTH = 64;

/** Creates the page. Neither the template nor any environment contains its key. */
export function createFeedback(
  scope: Construct,
  environment: Readonly<Record<string, string>>,
  options: FunctionOptions,
): Feedback {
  const secret = createKey(scope);
  const key = { [ENVIRONMENT.feedbackKey]: secret.secretArn };
  const fn = createFunction(scope, "feedback", { ...environment, ...key }, options);
  // The link itself grants the right to label its incident: its readers have no AWS credentials.
  const { url } = fn.addFunctionUrl({ authType: FunctionUrlAuthType.NONE });
  // Not grantRead: it would also allow DescribeSecret.
  const read = { actions: ["secretsmanager:GetSecretValue"], resources: [secret.secretArn] };
  const grantKey = (reader: IFunction) => reader.addToRolePolicy(new PolicyStatement(read));
  grantKey(fn);
  return { fn, url, environment: { ...key, [ENVIRONMENT.feedbackUrl]: url }, grantKey };
}

function createKey(scope: Construct): Secret {
  const secret = new Secret(scope, "FeedbackKey", {
    description: "Signs the links in Fleetwarden's alerts",
    generateSecretString: { passwordLength: KEY_LENGTH, excludePunctuation: true },
    // Links do not work without the function that answers them.
    removalPolicy: RemovalPolicy.DESTROY,
  });
  Validations.of(secret).acknowledge({
    id: "AwsSolutions-SMG4",
    reason: "Two rotations within 30 days break links that people still have, so operators decide when to rotate.",
  });
  return secret;
}
