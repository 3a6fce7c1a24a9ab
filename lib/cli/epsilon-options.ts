import { userInfo } from "node:os";
import { InvalidArgumentError, Option } from "commander";
import { groupOwner, hostOwner } from "../watch/baseline.ts";
import type { TargetOptions } from "./target.ts";

export interface EpsilonOptions extends TargetOptions {
  readonly json?: boolean;
}

/** The owner of a baseline by what people call it: a host's name, or `group#web`. */
export function ownerOf(name: string): string {
  return name.startsWith(groupOwner("")) || name.startsWith(hostOwner("")) ? name : hostOwner(name);
}

export function positiveArgument(text: string): number {
  const number = Number(text);
  if (!(number > 0) || !Number.isFinite(number)) throw new InvalidArgumentError("Use a number above 0.");
  return number;
}

/** A positive number, or the word that stands for none. */
export function positiveOr<T extends string>(word: T) {
  return (text: string): number | T => (text === word ? word : positiveArgument(text));
}

export function byOption(): Option {
  return new Option("--by <name>", "who says so").default(userInfo().username, "your user name");
}
