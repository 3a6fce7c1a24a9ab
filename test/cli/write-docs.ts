// npm run docs
import { writeFileSync } from "node:fs";
import { DEPLOYING_PAGE, withBills } from "../cost/cost-table.ts";
import { PRESETS_PAGE, withTables } from "../wire/senders/preset-tables.ts";
import { CLI_PAGE, withHelp } from "./help.ts";

writeFileSync(CLI_PAGE, await withHelp());
writeFileSync(PRESETS_PAGE, withTables());
writeFileSync(DEPLOYING_PAGE, withBills());
