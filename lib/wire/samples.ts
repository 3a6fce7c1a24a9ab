/** The samples of one host out of one stream record, in the order they were sent. */
export interface HostSamples {
  readonly host: string;
  /** The role the host plays; hosts of a group share a first baseline and labels. */
  readonly group: string;
  readonly schema: Schema;
  /** Milliseconds since the epoch. */
  readonly times: Float64Array;
  /** One row of `schema.names.length` values per time; NaN = missing. Never infinite. */
  readonly values: Float64Array;
}

/** A list of feature names. The id is a hash of the names, so that equal lists have equal ids everywhere. */
export interface Schema {
  readonly id: string;
  readonly names: readonly string[];
}

/** Hosts that name no group belong to this one. */
export const DEFAULT_GROUP = "default";
