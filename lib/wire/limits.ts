/**
 * Kinesis takes records up to 10 MiB where a stream allows it
 * (https://docs.aws.amazon.com/streams/latest/dev/large-records.html).
 */
export const RECORD_BYTES_MAX = 10 * 1024 * 1024;

/** The largest inflated size of a record; 600 samples of 256 metrics at 17 digits are about 3 MB. */
export const INFLATED_BYTES_MAX = 10 * 1024 * 1024;

export const METRICS_MAX = 256;

/** An hour of samples at six seconds; agents send far fewer at a time. */
export const SAMPLES_MAX = 600;

/** Kinesis partition keys, which carry the host's name, have at most 256 characters. */
export const NAME_LENGTH_MAX = 256;

/** Values beyond this are broken counters; squares of smaller ones still fit a double with room for sums. */
export const VALUE_MAX = 1e100;
