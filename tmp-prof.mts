// @ts-ignore
import { load } from "/tmp/x/data.mjs";
import { fitBands } from "./lib/model/fit-bands.ts";
import { newBandsMemory } from "./lib/model/band-memory.ts";
import { scoreBands } from "./lib/model/band-reading.ts";
const { x, D, names } = load("smd", "machine-1-6"), n = 28 * 1440, t0 = Date.UTC(2026, 0, 1);
const times = Float64Array.from({ length: n }, (_, i) => t0 + i * 60000), values = x.slice(0, n * D);
const cpu = () => process.cpuUsage().user / 1e6;
for (let r = 0; r < 2; r++) { const a = cpu(); const m = fitBands({ metrics: D, values, times }, names, "UTC"); const b = cpu(); console.log("fit", (b - a).toFixed(2), "s cpu", m.joint?.usual, Math.min(...m.joint!.limit), Math.max(...m.joint!.limit));
 let mem = newBandsMemory(m); const c = cpu(); for (let i = 0; i < 5000; i++) mem = scoreBands(m, mem, { values: x.subarray(i * D, (i + 1) * D), times: [t0 + (i+n) * 60000], before: i ? { values: x.subarray((i - 1) * D, i * D), time: t0 + (i + n - 1) * 60000 } : undefined }).memory; console.log("score", ((cpu() - c) / 5000 * 1e6).toFixed(1), "us"); }
