/**
 * A shell command that copies a file, for bash and cmd.exe. They agree on little, but neither gives a meaning to any
 * character of a path in hexadecimal.
 */
export function copyCommand(from: string, to: string): string {
  const [source, target] = [from, to].map((path) => `Buffer.from('${Buffer.from(path).toString("hex")}','hex')`);
  return `node -e "require('fs').copyFileSync(${source},${target})"`;
}
