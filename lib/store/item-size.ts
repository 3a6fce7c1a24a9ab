import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import type { Item } from "./item-table.ts";

/**
 * Bytes of an item as DynamoDB counts them, for the types of attributes that the stores use
 * (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html).
 */
export function itemSize(item: Item): number {
  return Object.entries(item).reduce((sum, [name, value]) => sum + Buffer.byteLength(name) + valueSize(value), 0);
}

function valueSize({ S, N, B, BOOL }: AttributeValue): number {
  if (S !== undefined) return Buffer.byteLength(S);
  if (B !== undefined) return B.length;
  if (N !== undefined) return Math.ceil(significantDigits(N) / 2) + 1;
  if (BOOL !== undefined) return 1;
  throw new TypeError("only strings, numbers, binary and booleans have a size here");
}

function significantDigits(number: string): number {
  const [digits = ""] = number.replace(/[-+.]/g, "").split(/e/i);
  return digits.replace(/^0+|0+$/g, "").length;
}
