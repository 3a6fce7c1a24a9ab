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

/** Names of these characters mean nothing else to a shell; a first `-` makes an option, a first `#` a comment. */
const BARE = /^(?![-#])[\w.:@/#-]+$/;

/**
 * A name as one word of a command that people paste into a shell: senders choose names, as `web-07;reboot`. A quote in
 * the name stands between double quotes, since text messages have no backslash.
 */
export function quoted(name: string): string {
  return BARE.test(name) ? name : `'${name.replaceAll("'", `'"'"'`)}'`;
}

/** Commands that a text quotes, as `fleetwarden hosts` in backticks, are written as they work for its reader. */
export function withCommands(text: string, line: CommandLine): string {
  return text.replace(/`fleetwarden ([^`\n]+)`/g, (_, words: string) => `\`${commandOf(line, words)}\``);
}
