import { type _Record, GetRecordsCommand, GetShardIteratorCommand, type KinesisClient } from "@aws-sdk/client-kinesis";
import { STREAM_NAME } from "./names.ts";

/** Records per read. Each may be 1 MiB; AWS limits a read to 10 MB, the emulator does not. */
const READ_LIMIT = 500;

export interface Read {
  readonly records: readonly _Record[];
  /** The shard is closed and these are its last records. */
  readonly ended: boolean;
}

/** Reads one shard, from after that sequence number on; without one, from its oldest record on. */
export function createShardReader(client: KinesisClient, shardId: string, after: string | undefined) {
  let position = after;
  let next: string | undefined;

  async function open(): Promise<string> {
    const start = position
      ? { ShardIteratorType: "AFTER_SEQUENCE_NUMBER" as const, StartingSequenceNumber: position }
      : { ShardIteratorType: "TRIM_HORIZON" as const };
    const { ShardIterator } = await client.send(
      new GetShardIteratorCommand({ StreamName: STREAM_NAME, ShardId: shardId, ...start }),
    );
    if (!ShardIterator) throw new Error(`Shard ${shardId} gave no iterator`);
    return ShardIterator;
  }

  const get = (iterator: string) => client.send(new GetRecordsCommand({ ShardIterator: iterator, Limit: READ_LIMIT }));

  return async (): Promise<Read> => {
    const response = await get(next ?? (await open())).catch(async (error: Error) => {
      // Iterators live for five minutes.
      if (error.name !== "ExpiredIteratorException") throw error;
      return get(await open());
    });
    const { Records: records = [] } = response;
    next = response.NextShardIterator;
    position = records.at(-1)?.SequenceNumber ?? position;
    return { records, ended: next === undefined };
  };
}
