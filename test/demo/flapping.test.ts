// Twelve hours of a fault that comes and goes bring at most three messages, however far apart the samples are.
import { busyCpu } from "../../lib/demo/fault.ts";
import { createStage } from "../../lib/demo/stage.ts";
import { HOUR_MS, MINUTE_MS } from "../../lib/time.ts";

const HOST = { name: "web-07", group: "web" };

const play = createStage(1);

const RHYTHMS = [10, 60, 300].flatMap((seconds) => [[seconds, 5, 25] as const, [seconds, 10, 50] as const]);

test.each(RHYTHMS)(
  "a sample every %p s, busy for %p of %p minutes",
  async (seconds, busy, every) => {
    const faults = Array.from({ length: (12 * 60) / every }, (_, n) => {
      const from = (10 + n * every) * MINUTE_MS;
      return { hosts: [HOST.name], from, to: from + busy * MINUTE_MS, change: busyCpu };
    });
    const told: string[] = [];
    const scenario = { name: "flapping", story: "", hosts: [HOST], lasts: 12 * HOUR_MS, faults, told: [] };
    await play({ ...scenario, sampleMs: seconds * 1_000 }, ({ news }) => told.push(news));
    // The made-up traffic is strange by itself at times, but not in samples that far apart.
    const about = seconds === 300 ? told : told.filter((news) => /: (cpu_busy_percent|load_1m)$/.test(news));
    expect(about.length).toBeLessThanOrEqual(3);
  },
  120_000,
);
