import fc from "fast-check";
import type { Condition, Operator } from "../../lib/watch/policy.ts";

export const OPERATORS: readonly Operator[] = [">", ">=", "<", "<=", "==", "!="];

export function compare(metric: string, operator: Operator, limit: number): Condition {
  return { kind: "compare", metric, operator, limit };
}

/** Trees of `and` and `or` over comparisons. */
export function conditionsOver(comparisons: fc.Arbitrary<Condition>): fc.Arbitrary<Condition> {
  return fc.letrec<{ condition: Condition }>((tie) => ({
    condition: fc.oneof(
      { maxDepth: 3, withCrossShrink: true },
      { weight: 1, arbitrary: comparisons },
      {
        weight: 2,
        arbitrary: fc.record({
          kind: fc.constantFrom("and" as const, "or" as const),
          parts: fc.array(tie("condition"), { minLength: 2, maxLength: 3 }),
        }),
      },
    ),
  })).condition;
}

/** As a person would write it, every name quoted. */
export function printed(condition: Condition): string {
  if (condition.kind === "compare") {
    return `${JSON.stringify(condition.metric)} ${condition.operator} ${condition.limit}`;
  }
  return condition.parts
    .map((part) => (part.kind === "compare" ? printed(part) : `(${printed(part)})`))
    .join(` ${condition.kind} `);
}

export function comparisonsIn(condition: Condition): number {
  return condition.kind === "compare" ? 1 : condition.parts.reduce((sum, part) => sum + comparisonsIn(part), 0);
}
