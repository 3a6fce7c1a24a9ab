import { ARRIVAL } from "../../reading.ts";
import { type Example, host } from "./example.ts";

export const statsd: readonly Example[] = [
  {
    shape: "StatsD gauges",
    record: "load1:3.72|g|#host:web-07\nqueue.depth:12|g|#host:web-07,queue:mail\nhits:1|c|#host:web-07",
    samples: [{ host, time: ARRIVAL, metrics: { load1: 3.72, "queue.depth:mail": 12 } }],
    problems: ["StatsD: only gauges with a value are read: let a StatsD server add up counters and timers"],
  },
];
