import { join } from "node:path";
import { toJsonSchema } from "@valibot/to-json-schema";
import { CONFIG_SCHEMA } from "../../lib/config/schema.ts";

/** Published for editors. */
export const SCHEMA_FILE = join(import.meta.dirname, "../../docs/fleetwarden.config.schema.json");

/** The form that all editors read. */
const DIALECT = "http://json-schema.org/draft-07/schema#";

/** The JSON Schema of what the configuration is checked against. Checks written as functions have no counterpart. */
export function jsonSchema(): object {
  const title = "fleetwarden.config.json";
  return { $schema: DIALECT, title, ...toJsonSchema(CONFIG_SCHEMA, { ignoreActions: ["check"] }) };
}
