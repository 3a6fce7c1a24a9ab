import { type _Record, GetRecordsCommand, GetShardIteratorCommand, type KinesisClient } from "@aws-sdk/client-kinesis";
import { STREAM_NAME } from "./names.ts";

/** Records per read. Each may be 1 MiB; AWS limits a read to 10 MB, the emulator does not. */
const READ_LIMIT = 500;

export interface Read {
  readonly records: readonly _Record[];
  /** The stream had no more when it was read. */
  readonly isLast: boolean;
  /** The shard is closed and these are its last records. */
  readonly ended: boolean;
}

/**
 * Reads one shard, starting after that sequence number; without one, from its oldest record. A stream that was made
 * again does not know the number.
 */
export function createShardReader(
  client: KinesisClient,
  shardId: string,
  after: string | undefined,
  log: (line: string) => void,
) {
  let position = after;
  let next: string | undefined;

  async function open(): Promise<string> {
    const start = position
      ? { ShardIteratorType: "AFTER_SEQUENCE_NUMBER" as const, StartingSequenceNumber: position }
      : { ShardIteratorType: "TRIM_HORIZON" as const };
    try {
      const { ShardIterator } = await client.send(
        new GetShardIteratorCommand({ StreamName: STREAM_NAME, ShardId: shardId, ...start }),
      );
      if (!ShardIterator) throw new Error(`Shard ${shardId} gave no iterator`);
      return ShardIterator;
    } catch (error) {
      if (position === undefined || !(error instanceof Error && error.name === "InvalidArgumentException")) throw error;
      log(`Shard ${shardId} does not know the last checkpoint; it is read from its oldest record on`);
      position = undefined;
      return open();
    }
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
    return { records, isLast: records.length < READ_LIMIT, ended: next === undefined };
  };
}
