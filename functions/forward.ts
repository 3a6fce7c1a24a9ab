import { sleep } from "../lib/backoff.ts";
import { createForward } from "../lib/handlers/forward.ts";

export const handler = createForward(process.env, { clock: Date.now, sleep });
