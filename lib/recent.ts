/** Values by key in a bounded number of bytes: the least recently used leave first. */
export interface Recent<T> {
  /** Looks without use. */
  peek(key: string): T | undefined;
  /** Removes the value and returns it. */
  take(key: string): T | undefined;
  /** Keeps the value, which takes so many bytes, as the one used last. */
  keep(key: string, value: T, bytes: number): void;
}

export function recent<T>(bytesMax: number): Recent<T> {
  // A Map keeps the order of insertion: used entries move to the end, and surplus ones leave from the start.
  const entries = new Map<string, { readonly value: T; readonly bytes: number }>();
  let total = 0;
  const take = (key: string) => {
    const entry = entries.get(key);
    if (!entry) return undefined;
    entries.delete(key);
    total -= entry.bytes;
    return entry.value;
  };
  return {
    peek: (key) => entries.get(key)?.value,
    take,
    keep(key, value, bytes) {
      take(key);
      entries.set(key, { value, bytes });
      total += bytes;
      for (const oldest of entries.keys()) {
        if (total <= bytesMax) return;
        take(oldest);
      }
    },
  };
}

/** Bytes of an object or array, and of an array of numbers, beside what it holds; measured in Node 20 and 22. */
const OBJECT_BYTES = 64;
const NUMBERS_BYTES = 250;
/** Bytes of a property or an element, with a number in it. */
const PLACE_BYTES = 16;

/** The memory that plain data takes, roughly; an object in two places counts once. */
export function sizeOf(value: unknown, seen = new Set<object>()): number {
  if (typeof value === "string") return PLACE_BYTES + value.length;
  if (typeof value !== "object" || value === null || seen.has(value)) return 0;
  seen.add(value);
  if (ArrayBuffer.isView(value)) return NUMBERS_BYTES + value.byteLength;
  return Object.values(value).reduce((sum, part) => sum + PLACE_BYTES + sizeOf(part, seen), OBJECT_BYTES);
}
