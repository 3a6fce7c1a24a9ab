import * as v from "valibot";
import { createStateFile } from "./files.ts";

const CHECKPOINT = v.union([v.object({ after: v.string() }), v.object({ drained: v.literal(true) })]);

export type Checkpoints = Awaited<ReturnType<typeof openCheckpoints>>;

/** How far each shard is processed. Without a path this lives in memory. */
export async function openCheckpoints(path: string | undefined, log: (line: string) => void) {
  const file = createStateFile({
    path,
    schema: v.record(v.string(), CHECKPOINT),
    loss: "The next start processes again the records that the stream still has, which changes nothing.",
    log,
  });
  const shards = (await file.read()) ?? {};
  return {
    /** Sequence number of the last record processed; undefined before the first. */
    after(shardId: string): string | undefined {
      const checkpoint = shards[shardId];
      return checkpoint && "after" in checkpoint ? checkpoint.after : undefined;
    },
    /** Whether the shard is closed and all its records are processed. */
    isDrained(shardId: string): boolean {
      return "drained" in (shards[shardId] ?? {});
    },
    async save(shardId: string, checkpoint: v.InferOutput<typeof CHECKPOINT>): Promise<void> {
      shards[shardId] = checkpoint;
      await file.save(shards);
    },
  };
}
