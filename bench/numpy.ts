import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import type { Side } from "./measure.ts";

type Work = "diagonal" | "full" | "scan" | "forest" | "forestfit";

/** Rows that peer.py scores with the isolation forest, and fits it to: a month of what is kept of a host. */
export const FOREST_ROWS = 5_000;
export const FOREST_FIT_ROWS = 64_800;

export interface Numpy {
  /** The version of scikit-learn, where it is there as well. */
  readonly forest: string | undefined;
  /** The work of that name in peer.py as one side of a comparison. */
  side(work: Work): Side;
  stop(): void;
}

/** Starts peer.py, on one thread as our side is; undefined where there is no python3 with numpy. */
export async function startNumpy(script: string): Promise<Numpy | undefined> {
  const env = { ...process.env, OPENBLAS_NUM_THREADS: "1", OMP_NUM_THREADS: "1", MKL_NUM_THREADS: "1" };
  const python = spawn("python3", [script], { env, stdio: ["pipe", "pipe", "ignore"] });
  python.once("error", () => {}); // no python3: its output ends at once, as without numpy
  const answers = createInterface({ input: python.stdout })[Symbol.asyncIterator]();
  const ready = await answers.next();
  if (ready.done) return undefined;
  return {
    forest: String(ready.value) || undefined,
    side: (work) => async () => {
      python.stdin.write(`${work}\n`);
      const { value } = await answers.next();
      return Number(value);
    },
    stop: () => void python.stdin.end(),
  };
}
