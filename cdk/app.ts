import { App, Validations } from "aws-cdk-lib";
import { AwsSolutionsChecks, ServerlessChecks } from "cdk-nag";
import { readOptions } from "./options.ts";
import { FleetwardenStack } from "./stack.ts";

const app = new App();
Validations.of(app).addPlugins(new AwsSolutionsChecks(app), new ServerlessChecks(app));
new FleetwardenStack(app, readOptions(app.node.getAllContext(), process.cwd()));
app.synth();
