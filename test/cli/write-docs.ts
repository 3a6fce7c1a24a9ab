// npm run docs
import { writeFileSync } from "node:fs";
import { CLI_PAGE, withHelp } from "./help.ts";

writeFileSync(CLI_PAGE, await withHelp());
