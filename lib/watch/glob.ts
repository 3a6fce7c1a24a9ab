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
