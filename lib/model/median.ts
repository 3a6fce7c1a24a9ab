/** The middle of the first `count` values, or the mean of the two middle ones; NaN when `count` is 0. Reorders them. */
export function median(values: Float64Array, count = values.length): number {
  if (count === 0) return Number.NaN;
  const middle = count >> 1;
  const upper = select(values, middle, count);
  if (count % 2 === 1) return upper;
  let lower = Number.NEGATIVE_INFINITY; // everything below the middle was moved in front of it
  for (let i = 0; i < middle; i++) if (values[i]! > lower) lower = values[i]!;
  return (lower + upper) / 2;
}

/** The value that sorting the first `count` would put at `place`, in linear time (Hoare 1961). */
function select(values: Float64Array, place: number, count: number): number {
  let low = 0;
  let high = count - 1;
  while (low < high) {
    const pivot = values[(low + high) >> 1]!;
    let i = low;
    let j = high;
    while (i <= j) {
      while (values[i]! < pivot) i++;
      while (values[j]! > pivot) j--;
      if (i > j) break;
      const swapped = values[i]!;
      values[i++] = values[j]!;
      values[j--] = swapped;
    }
    if (place <= j) high = j;
    else if (place >= i) low = i;
    else break;
  }
  return values[place]!;
}
