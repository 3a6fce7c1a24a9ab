import { ListShardsCommand, type Shard } from "@aws-sdk/client-kinesis";
import { messageOf } from "../errors.ts";
import { STREAM_NAME } from "./names.ts";
import { followShard, type Reading, type ShardOptions } from "./shard.ts";

export type PollerOptions = Omit<ShardOptions, "signal" | "reading">;

export interface Poller {
  /** Records may have come: reads the shards at once, unless a batch is being filled or processed. */
  wake(): void;
  /** Resolves when everything put on the stream before the call is processed or discarded. */
  idle(): Promise<void>;
  /** Lets the current invocations finish. Records that are not processed then are read again by the next start. */
  close(): Promise<void>;
}

/** Wait after a failed listing of the shards. */
const LIST_RETRY_MS = 1_000;

/** An event source mapping: one batch of each shard in flight, child shards after their parents. */
export function startPoller(options: PollerOptions): Poller {
  const stopping = new AbortController();
  /** Ends the waits for new records. */
  let waking = new AbortController();
  const followed = new Map<string, Followed>();
  const waiting: { readonly call: number; readonly resolve: () => void }[] = [];
  /** Counts calls of `idle`, to tell whether a read began after one. */
  let calls = 0;
  /** Listed shards whose parents are not drained. */
  let blocked = 0;
  let listing: Promise<void> = Promise.resolve();

  /** Calls run one after the other, so that each shard starts once. */
  function discover(): Promise<void> {
    listing = listing.then(async () => {
      const shards = await listShards(options, stopping.signal);
      const open = shards.filter(({ ShardId: id }) => id && !options.checkpoints.isDrained(id) && !followed.has(id));
      const ready = open.filter((shard) => parentsDrained(shard, shards, options));
      blocked = open.length - ready.length;
      for (const shard of ready) if (shard.ShardId) follow(shard.ShardId);
    });
    return listing;
  }

  function follow(shardId: string): void {
    const state: Followed = { quietSince: 0, running: Promise.resolve() };
    followed.set(shardId, state);
    const reading = (): Reading => {
      const began = calls;
      const nothingLeft = () => {
        state.quietSince = began;
        resolveIdle();
      };
      return { nothingLeft, woken: waking.signal };
    };
    state.running = followShard(shardId, { ...options, signal: stopping.signal, reading }).then(async (drained) => {
      if (!drained) return;
      followed.delete(shardId);
      await discover();
    });
  }

  function wake(): void {
    waking.abort();
    waking = new AbortController();
  }

  function resolveIdle(): void {
    for (const wait of waiting.splice(0)) {
      const quiet = blocked === 0 && [...followed.values()].every((shard) => shard.quietSince >= wait.call);
      if (quiet) wait.resolve();
      else waiting.push(wait);
    }
  }

  const started = discover();
  return {
    wake,
    async idle() {
      await started;
      if (stopping.signal.aborted) return;
      calls += 1;
      const call = calls;
      // A shard may have been split since then; its children count too.
      await discover();
      wake();
      await new Promise<void>((resolve) => waiting.push({ call, resolve }));
    },
    async close() {
      stopping.abort();
      wake();
      await listing;
      await Promise.all([...followed.values()].map((shard) => shard.running));
      for (const wait of waiting.splice(0)) wait.resolve();
    },
  };
}

interface Followed {
  /** The last call of `idle` before a read that found nothing. */
  quietSince: number;
  running: Promise<void>;
}

/** A parent that is no longer listed is older than every record that is still kept. */
function parentsDrained(shard: Shard, shards: readonly Shard[], { checkpoints }: PollerOptions): boolean {
  return [shard.ParentShardId, shard.AdjacentParentShardId].every(
    (id) => id === undefined || checkpoints.isDrained(id) || !shards.some((other) => other.ShardId === id),
  );
}

async function listShards(options: PollerOptions, signal: AbortSignal): Promise<readonly Shard[]> {
  while (!signal.aborted) {
    try {
      // The emulator lists all shards at once.
      const { Shards = [] } = await options.client.send(new ListShardsCommand({ StreamName: STREAM_NAME }));
      return Shards;
    } catch (error) {
      options.log(`Stream ${STREAM_NAME}: ${messageOf(error)}; listing its shards again`);
      await options.sleep(LIST_RETRY_MS, signal);
    }
  }
  return [];
}
