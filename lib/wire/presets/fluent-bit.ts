import type { Preset } from "./preset.ts";

const KB = { times: 1_024 };

/** Fluent Bit's inputs cpu and mem, as rows. Those of disks and networks count within an unknown interval. */
export const FLUENT_BIT: Preset = {
  sender: "Fluent Bit",
  families: /^cpu\d+\.p_(?:cpu|user|system)$|^(?:Mem|Swap)\.total$/,
  tags: {},
  lines: [
    { series: "cpu_p", to: "cpu_busy" },
    { series: "user_p", to: "cpu_user" },
    { series: "system_p", to: "cpu_system" },
    { series: "Mem.used", to: "memory_used", ...KB },
    { series: "Mem.free", to: "memory_free", ...KB },
    { series: "Swap.used", to: "swap_used", ...KB },
    { series: "Swap.free", to: "swap_free", ...KB },
  ],
};
