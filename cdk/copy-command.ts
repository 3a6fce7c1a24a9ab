/**
 * A shell command that copies a file. It works in bash and in cmd.exe, because neither gives a meaning to any character
 * of a path in hexadecimal.
 */
export function copyCommand(from: string, to: string): string {
  const [source, target] = [from, to].map((path) => `Buffer.from('${Buffer.from(path).toString("hex")}','hex')`);
  return `node -e "require('fs').copyFileSync(${source},${target})"`;
}
