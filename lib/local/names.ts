import type { Environment } from "../clients.ts";
import { ENVIRONMENT, type FunctionName, TABLE_NAMES, type TableName } from "../resources.ts";

/** The names of everything on this machine. AWS never assigns this account number. */
export const STACK = "fleetwarden";
export const REGION = "us-east-1";
export const ACCOUNT = "000000000000";
export const STREAM_NAME = `${STACK}`;
export const STREAM_ARN = `arn:aws:kinesis:${REGION}:${ACCOUNT}:stream/${STREAM_NAME}`;
export const BUCKET = `${STACK}-failures`;
export const SECRET_ARN = `arn:aws:secretsmanager:${REGION}:${ACCOUNT}:secret:${STACK}-feedback`;
export const TOPIC_ARN = `arn:aws:sns:${REGION}:${ACCOUNT}:${STACK}-alerts`;

/** The functions' clients name themselves so, in the header `user-agent`; other clients of the twin do not. */
export const APP_ID = "fleetwarden-functions";

export function tableName(name: TableName): string {
  return `${STACK}-${name}`;
}

export function functionName(name: FunctionName): string {
  return `${STACK}-${name}`;
}

/** The environment of the deployed functions, plus the endpoint on which the services listen. */
export function localEnvironment(endpoint: string): Environment {
  return {
    ...Object.fromEntries(TABLE_NAMES.map((name) => [ENVIRONMENT[name], tableName(name)])),
    [ENVIRONMENT.failures]: BUCKET,
    [ENVIRONMENT.alerts]: TOPIC_ARN,
    AWS_ENDPOINT_URL: endpoint,
    AWS_REGION: REGION,
    STACK_NAME: STACK,
  };
}
