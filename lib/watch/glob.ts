/** Whether a name fits a pattern: `*` stands for any characters or none, all others for themselves; case counts. */
export function fitsGlob(pattern: string, name: string): boolean {
  const [first = "", ...others] = pattern.split("*");
  const last = others.pop();
  if (last === undefined) return pattern === name;
  if (!name.startsWith(first)) return false;
  // What lies between two stars may be taken where it comes first: that leaves the most for what follows.
  let from = first.length;
  for (const part of others) {
    const found = name.indexOf(part, from);
    if (found < 0) return false;
    from = found + part.length;
  }
  return name.length - from >= last.length && name.endsWith(last);
}
