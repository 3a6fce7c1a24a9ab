// npm run schema
import { writeFileSync } from "node:fs";
import { jsonSchema, SCHEMA_FILE } from "./json-schema.ts";

writeFileSync(SCHEMA_FILE, `${JSON.stringify(jsonSchema(), null, 2)}\n`);
