import * as v from "valibot";
import { StateFile } from "./files.ts";

const CHECKPOINT = v.union([v.object({ after: v.string() }), v.object({ drained: v.literal(true) })]);
const CHECKPOINTS = v.record(v.string(), CHECKPOINT);

type Checkpoint = v.InferOutput<typeof CHECKPOINT>;

/** How far each shard is processed. */
export class Checkpoints {
  readonly #file: StateFile<v.InferOutput<typeof CHECKPOINTS>>;
  readonly #shards = new Map<string, Checkpoint>();

  private constructor(path: string | undefined) {
    this.#file = new StateFile(path, CHECKPOINTS);
  }

  /** Without a path they live in memory. */
  static async open(path: string | undefined): Promise<Checkpoints> {
    const checkpoints = new Checkpoints(path);
    const stored = (await checkpoints.#file.read()) ?? {};
    for (const [shardId, checkpoint] of Object.entries(stored)) checkpoints.#shards.set(shardId, checkpoint);
    return checkpoints;
  }

  /** Sequence number of the last record processed; undefined before the first. */
  after(shardId: string): string | undefined {
    const checkpoint = this.#shards.get(shardId);
    return checkpoint && "after" in checkpoint ? checkpoint.after : undefined;
  }

  /** Whether the shard is closed and all its records are processed. */
  isDrained(shardId: string): boolean {
    const checkpoint = this.#shards.get(shardId);
    return checkpoint !== undefined && "drained" in checkpoint;
  }

  /** `{ after }`: the sequence number of the last record processed. `{ drained }`: the shard is closed and finished. */
  async save(shardId: string, checkpoint: Checkpoint): Promise<void> {
    this.#shards.set(shardId, checkpoint);
    await this.#file.save(Object.fromEntries(this.#shards));
  }
}
