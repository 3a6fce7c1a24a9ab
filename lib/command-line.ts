/** How people call the command in the place where they read a message. */
export interface CommandLine {
  /** `fleetwarden`, or `bin/fleetwarden` in a clone. */
  readonly program: string;
  /** The options that name the deployment, such as `--stack Fleetwarden`; absent for the twin at its usual port. */
  readonly target?: string;
}

/** As installed from the package. */
export const INSTALLED: CommandLine = { program: "fleetwarden" };

/** These commands run on their own: no deployment answers them. */
const ALONE = /^(?:up|agent|import)\b/;

/** The whole command of `label K7Q2RT fault`: `bin/fleetwarden label K7Q2RT fault --endpoint http://127.0.0.1:9000`. */
export function commandOf({ program, target }: CommandLine, words: string): string {
  return [program, words, ...(target === undefined || ALONE.test(words) ? [] : [target])].join(" ");
}

/** Commands that a text quotes, as `fleetwarden hosts` in backticks, are written as they work for its reader. */
export function withCommands(text: string, line: CommandLine): string {
  return text.replace(/`fleetwarden ([^`\n]+)`/g, (_, words: string) => `\`${commandOf(line, words)}\``);
}
