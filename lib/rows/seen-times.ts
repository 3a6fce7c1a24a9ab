/** The times of the rows of each host that were read, as far back as a limit allows. */
export interface SeenTimes {
  /** Adds the time of a row, and says whether it is new, was there before, or is too old to tell. */
  add(host: string, time: number): "new" | "repeated" | "forgotten";
}

interface Seen {
  /** Ascending, as nearly all rows come. */
  rising: number[];
  /** Those that came after a later one. */
  late: Set<number>;
}

/**
 * Remembers at most `limit` times, or two of each host, of 8 bytes if they rise. At the limit each host keeps its later
 * half.
 */
export function createSeenTimes(limit: number): SeenTimes {
  const hosts = new Map<string, Seen>();
  let count = 0;
  let hasForgotten = false;
  let allowed = limit;

  function forget(): void {
    hasForgotten = true;
    count = 0;
    for (const seen of hosts.values()) {
      seen.rising = seen.rising.slice(Math.floor(seen.rising.length / 2));
      const [first = 0] = seen.rising;
      seen.late = new Set([...seen.late].filter((time) => time > first));
      count += seen.rising.length + seen.late.size;
    }
    // Late rows alone may fill the memory.
    if (count > limit / 2) for (const seen of hosts.values()) keepNewest(seen);
    allowed = Math.max(limit, 2 * count);
  }

  function keepNewest(seen: Seen): void {
    count -= seen.rising.length + seen.late.size - 1;
    seen.rising = seen.rising.slice(-1);
    seen.late = new Set();
  }

  return {
    add(host, time) {
      const seen = hosts.get(host);
      if (count >= allowed) forget();
      if (seen === undefined) hosts.set(host, { rising: [time], late: new Set() });
      else if (time > (seen.rising.at(-1) ?? Number.NEGATIVE_INFINITY)) seen.rising.push(time);
      else if (isIn(seen.rising, time) || seen.late.has(time)) return "repeated";
      else if (hasForgotten && time < (seen.rising[0] ?? 0)) return "forgotten";
      else seen.late.add(time);
      count++;
      return "new";
    },
  };
}

/** Binary search in ascending numbers. */
function isIn(ascending: readonly number[], wanted: number): boolean {
  let [low, high] = [0, ascending.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((ascending[middle] ?? 0) < wanted) low = middle + 1;
    else high = middle;
  }
  return ascending[low] === wanted;
}
