import { Option } from "commander";
import { CATEGORIES, type Category, type Verdict } from "../incident/label.ts";
import { UserError } from "../user-error.ts";

export function categoryOption(): Option {
  return new Option("--category <kind>", "for a fault, the kind of it").choices(CATEGORIES);
}

interface LabelOptions {
  readonly category?: Category;
  readonly note?: string;
  readonly by: string;
}

/** The label that these options ask for, without its time. Throws a UserError if no fault has a category. */
export function saidOf<V extends Verdict>(verdict: V, { category, note, by }: LabelOptions) {
  if (category && verdict !== "fault")
    throw new UserError("only a fault has a category: leave out --category, or label it fault");
  return { verdict, ...(category ? { category } : {}), by, ...(note ? { note } : {}) };
}
