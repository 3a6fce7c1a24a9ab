import type { GivenUpStore } from "../alert/given-up.ts";
import type { ReadableBucket } from "./bucket.ts";

/**
 * What Lambda stores for batches and for runs
 * (https://docs.aws.amazon.com/lambda/latest/dg/kinesis-on-failure-destination.html,
 * https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html).
 */
const PREFIX = "aws/lambda/";

/** Leaves out the runs of the function that asks: an alarm counts these by Lambda's metrics. */
export function createGivenUpStore(bucket: ReadableBucket, asking = ""): GivenUpStore {
  return {
    async since(time) {
      const keys = await bucket.keysSince(PREFIX, time);
      return keys.filter((key) => !key.startsWith(`${PREFIX}async/${asking}/`));
    },
  };
}
