import { type _Record, GetRecordsCommand, GetShardIteratorCommand, type KinesisClient } from "@aws-sdk/client-kinesis";
import { STREAM_NAME } from "./names.ts";

/** Records per read. Each may be 1 MiB; AWS limits a read to 10 MB, the emulator does not. */
const READ_LIMIT = 500;

export interface Read {
  readonly records: readonly _Record[];
  /** The shard is closed and these are its last records. */
  readonly ended: boolean;
}

/** Reads one shard from a position on. Replaces an iterator that expired: iterators live for five minutes. */
export class ShardSource {
  readonly #client: KinesisClient;
  readonly #shardId: string;
  #position: string | undefined;
  #iterator: string | undefined;

  /** Begins after that sequence number; without one, at the oldest record. */
  constructor(client: KinesisClient, shardId: string, after: string | undefined) {
    this.#client = client;
    this.#shardId = shardId;
    this.#position = after;
  }

  async read(): Promise<Read> {
    this.#iterator ??= await this.#open();
    const response = await this.#get(this.#iterator);
    this.#iterator = response.NextShardIterator;
    const records = response.Records ?? [];
    this.#position = records.at(-1)?.SequenceNumber ?? this.#position;
    return { records, ended: response.NextShardIterator === undefined };
  }

  async #get(iterator: string) {
    try {
      return await this.#client.send(new GetRecordsCommand({ ShardIterator: iterator, Limit: READ_LIMIT }));
    } catch (error) {
      if (!(error instanceof Error) || error.name !== "ExpiredIteratorException") throw error;
      return this.#client.send(new GetRecordsCommand({ ShardIterator: await this.#open(), Limit: READ_LIMIT }));
    }
  }

  async #open(): Promise<string> {
    const start = this.#position
      ? { ShardIteratorType: "AFTER_SEQUENCE_NUMBER" as const, StartingSequenceNumber: this.#position }
      : { ShardIteratorType: "TRIM_HORIZON" as const };
    const { ShardIterator } = await this.#client.send(
      new GetShardIteratorCommand({ StreamName: STREAM_NAME, ShardId: this.#shardId, ...start }),
    );
    if (!ShardIterator) throw new Error(`Shard ${this.#shardId} gave no iterator`);
    return ShardIterator;
  }
}
