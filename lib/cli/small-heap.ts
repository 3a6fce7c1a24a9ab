import { setFlagsFromString } from "node:v8";

/**
 * For a process that is idle most of its time and runs for months: memory counts more than speed. V8 then collects
 * before the heap grows much, and the part for new objects stays at 1 MiB instead of growing to 16 MiB, twice. It is
 * called before the modules load, for they make the largest heap (docs/adr/044-an-idle-twin.md).
 */
export function keepHeapSmall(): void {
  setFlagsFromString("--optimize-for-size");
  setFlagsFromString("--semi-space-growth-factor=1");
}
