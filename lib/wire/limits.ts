/**
 * Bytes of a record, before and after it is inflated: 600 samples of 256 metrics at 17 digits are about 3 MB. Agents
 * send less than 100 KB. Lambda cannot deliver more than this in its events of 6 MB of base64
 * (https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html).
 */
export const RECORD_BYTES_MAX = 4 * 1024 * 1024;

/** JSON values in a record; 600 samples of 256 metrics have about 157,000. */
export const VALUES_MAX = 200_000;

/** Nesting of lists and objects; samples need three levels, the rest is room for fields that are ignored. */
export const DEPTH_MAX = 16;

export const METRICS_MAX = 256;

/** An hour of samples at six seconds; agents send far fewer at a time. */
export const SAMPLES_MAX = 600;

/** Kinesis partition keys, which carry the host's name, have at most 256 characters. */
export const NAME_LENGTH_MAX = 256;

/** Values beyond this are broken counters; squares of smaller ones still fit a double with room for sums. */
export const VALUE_MAX = 1e100;

/** Nesting of compression and aggregation: a gzipped payload in an aggregate in gzip. */
export const CONTAINERS_MAX = 3;

/** JSON documents, lines or user records in one record; 4 MiB of the shortest series hold no more. */
export const DOCUMENTS_MAX = 10_000;
