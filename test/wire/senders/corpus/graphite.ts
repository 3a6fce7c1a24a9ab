import { ARRIVAL } from "../../reading.ts";
import { type Example, host, SECONDS, time } from "./example.ts";

export const graphite: readonly Example[] = [
  {
    shape: "Graphite line of now",
    record: "users.count;host=web-07 3 -1",
    samples: [{ host, time: ARRIVAL, metrics: { "users.count": 3 } }],
  },
  {
    shape: "Graphite lines: the host of the key is taken out of the path",
    key: "web-07.example.com",
    record: `servers.web-07_example_com.load1 3.72 ${SECONDS}\nservers.web-07_example_com.mem 15.95 ${SECONDS}\n`,
    samples: [{ host: "web-07.example.com", time, metrics: { "servers.load1": 3.72, "servers.mem": 15.95 } }],
  },
  {
    shape: "Graphite lines with tags",
    record: `disk.used;host=web-07;mount=/var 41.5 ${SECONDS}\nload1;host=web-07 3.72 ${SECONDS}`,
    samples: [{ host, time, metrics: { "disk.used:/var": 41.5, load1: 3.72 } }],
  },
];
