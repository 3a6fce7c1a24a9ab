/** Whether a name fits a pattern; `*` matches any characters or none, everything else itself, and case matters. */
export function fitsGlob(pattern: string, name: string): boolean {
  const [first = "", ...others] = pattern.split("*");
  const last = others.pop();
  if (last === undefined) return pattern === name;
  if (!name.startsWith(first)) return false;
  // The first match between two stars leaves the most for the rest.
  let from = first.length;
  for (const part of others) {
    const found = name.indexOf(part, from);
    if (found < 0) return false;
    from = found + part.length;
  }
  return name.length - from >= last.length && name.endsWith(last);
}

/**
 * Whether some name fits both patterns. Each cell of the table says whether the beginnings of both can fit one name.
 * Names have at most 256 characters, and so have useful patterns.
 */
export function globsMeet(one: string, other: string): boolean {
  let before: boolean[] = [];
  for (let i = 0; i <= one.length; i++) {
    const row: boolean[] = [];
    for (let j = 0; j <= other.length; j++) {
      const [a, b] = [one[i - 1], other[j - 1]];
      const both = i > 0 && j > 0 && (a === b || a === "*" || b === "*") && before[j - 1] === true;
      const byOne = i > 0 && (a === "*" || b === "*") && before[j] === true;
      const byOther = j > 0 && (a === "*" || b === "*") && row[j - 1] === true;
      row.push((i === 0 && j === 0) || both || byOne || byOther);
    }
    before = row;
  }
  return before.at(-1) === true;
}
