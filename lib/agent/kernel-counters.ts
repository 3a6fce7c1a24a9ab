/** The columns of each device in a file of the kernel. */
export type Devices = ReadonlyMap<string, readonly number[]>;

/** The devices of a file, by a pattern of its lines with two groups: the name and the columns. */
export function parseDevices(text: string | null, lines: RegExp, isWanted: (name: string) => boolean): Devices | null {
  if (text === null) return null;
  const devices = [...text.matchAll(lines)].map(([, name = "", columns]) => [name, numbers(columns)] as const);
  return new Map(devices.filter(([name]) => isWanted(name)));
}

/** One rate per device of both readings; null without any, or when one of them was reset. */
export function ratesOf(
  before: Devices | null,
  after: Devices,
  column: number,
  seconds: number | null,
): number[] | null {
  if (!before || !seconds) return null;
  const rates: number[] = [];
  for (const [device, columns] of after) {
    const earlier = before.get(device);
    if (!earlier) continue;
    const advance = difference(earlier[column], columns[column]);
    if (advance === null) return null;
    rates.push(advance / seconds);
  }
  return rates.length ? rates : null;
}

/** Null for an unknown count, and for one that went backwards: it was reset, and nobody knows how far it came. */
export function difference(before: number | null | undefined, after: number | null | undefined): number | null {
  return before == null || after == null || after < before ? null : after - before;
}

/** The numbers of a line, or none when one word is not a number. */
export function numbers(text: string | null | undefined): number[] {
  const words = text?.trim() ? text.trim().split(/\s+/).map(Number) : [];
  return words.every(Number.isFinite) ? words : [];
}

/** The number after a word at the start of a line, as `oom_kill 3` or `MemTotal:  8000 kB`. */
export function numberAfter(text: string | null | undefined, word: string): number | undefined {
  return numbers(text?.match(new RegExp(`^${word} +(\\d+)`, "m"))?.[1])[0];
}

export function sum(values: readonly (number | null)[]): number {
  return values.reduce<number>((total, value) => total + (value ?? 0), 0);
}
