import { StateFile } from "./state-file.ts";

type Checkpoint = { readonly after: string } | { readonly drained: true };

/** How far each shard is processed. */
export class Checkpoints {
  readonly #file: StateFile;
  readonly #shards: Map<string, Checkpoint>;

  private constructor(file: StateFile, shards: Map<string, Checkpoint>) {
    this.#file = file;
    this.#shards = shards;
  }

  /** Without a path they live in memory. */
  static async open(path: string | undefined): Promise<Checkpoints> {
    const file = new StateFile(path);
    const stored = await file.read();
    const shards = stored === undefined ? new Map<string, Checkpoint>() : parse(stored);
    if (!shards) throw file.unreadable();
    return new Checkpoints(file, shards);
  }

  /** Sequence number of the last record processed; undefined before the first. */
  after(shardId: string): string | undefined {
    const checkpoint = this.#shards.get(shardId);
    return checkpoint && "after" in checkpoint ? checkpoint.after : undefined;
  }

  /** Whether the shard is closed and all of it processed. */
  isDrained(shardId: string): boolean {
    const checkpoint = this.#shards.get(shardId);
    return checkpoint !== undefined && "drained" in checkpoint;
  }

  async advance(shardId: string, after: string): Promise<void> {
    await this.#set(shardId, { after });
  }

  async drain(shardId: string): Promise<void> {
    await this.#set(shardId, { drained: true });
  }

  async #set(shardId: string, checkpoint: Checkpoint): Promise<void> {
    this.#shards.set(shardId, checkpoint);
    await this.#file.save(Object.fromEntries(this.#shards));
  }
}

function parse(stored: unknown): Map<string, Checkpoint> | undefined {
  if (typeof stored !== "object" || stored === null) return undefined;
  const shards = new Map<string, Checkpoint>();
  for (const [shardId, value] of Object.entries(stored)) {
    const checkpoint = parseCheckpoint(value);
    if (!checkpoint) return undefined;
    shards.set(shardId, checkpoint);
  }
  return shards;
}

function parseCheckpoint(value: unknown): Checkpoint | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  if ("after" in value && typeof value.after === "string") return { after: value.after };
  return "drained" in value && value.drained === true ? { drained: true } : undefined;
}
