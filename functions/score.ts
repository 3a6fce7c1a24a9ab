import { createHandlers } from "../lib/handlers/handlers.ts";
import { lambdaOptions } from "../lib/handlers/lambda-options.ts";

export const handler = createHandlers(lambdaOptions(process.env)).score;
