import type { Environment } from "../clients.ts";
import { type Clock, SECOND_MS } from "../time.ts";
import type { StreamRecord } from "../watch/delivery.ts";

/** The part of a Lambda context that the handlers use. */
export interface Context {
  getRemainingTimeInMillis(): number;
}

/** A Kinesis event as Lambda delivers it, reduced to the fields that the handlers read. */
export interface StreamEvent {
  readonly Records: readonly StreamEventRecord[];
}

export interface StreamEventRecord {
  readonly kinesis: {
    readonly sequenceNumber: string;
    readonly partitionKey: string;
    /** Base64. */
    readonly data: string;
    /** Seconds since the epoch, with fraction. */
    readonly approximateArrivalTimestamp: number;
  };
}

/** A record of Lambda's event in the form that the scorer takes. */
export function recordOf({ kinesis }: StreamEventRecord): StreamRecord {
  return {
    sequenceNumber: kinesis.sequenceNumber,
    partitionKey: kinesis.partitionKey,
    arrival: Math.round(kinesis.approximateArrivalTimestamp * SECOND_MS),
    data: kinesis.data,
  };
}

/** The other way round. */
export function eventOf({ sequenceNumber, partitionKey, arrival, data }: StreamRecord): StreamEventRecord {
  return { kinesis: { sequenceNumber, partitionKey, data, approximateArrivalTimestamp: arrival / SECOND_MS } };
}

/** A request to a function's address as Lambda delivers it (payload format 2.0), reduced in the same way. */
export interface UrlEvent {
  readonly rawPath: string;
  readonly body?: string;
  readonly isBase64Encoded?: boolean;
  readonly requestContext: { readonly http: { readonly method: string } };
}

export interface UrlResponse {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** The functions, the same in Lambda and in the local twin. */
export interface Handlers {
  score(
    event: StreamEvent,
    context: Context,
  ): Promise<{ readonly batchItemFailures: readonly { readonly itemIdentifier: string }[] }>;
  sweep(event: unknown, context: Context): Promise<unknown>;
  refit(event: unknown, context: Context): Promise<unknown>;
  feedback(event: UrlEvent): Promise<UrlResponse>;
}

/** `print` gets what the functions would print in Lambda: their log. */
export type CreateHandlers = (env: Environment, clock: Clock, print: (line: string) => void) => Handlers;
