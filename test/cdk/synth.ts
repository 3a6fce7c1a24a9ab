import { readFileSync } from "node:fs";
import { join } from "node:path";
import { App } from "aws-cdk-lib";
import { Template } from "aws-cdk-lib/assertions";
import { readOptions } from "../../cdk/options.ts";
import { FleetwardenStack } from "../../cdk/stack.ts";

const { context: FLAGS } = JSON.parse(readFileSync(join(import.meta.dirname, "../../cdk.json"), "utf8"));

/** The app as `npm run synth` makes it, without bundles, which take esbuild a second each, but with the page. */
export function createStack(options: Record<string, unknown> = {}) {
  const app = new App({ context: { ...FLAGS, "aws:cdk:bundling-stacks": [] } });
  return {
    app,
    stack: new FleetwardenStack(app, readOptions({ ...FLAGS, feedback: "url", ...options }, import.meta.dirname)),
  };
}

export function synthesize(options: Record<string, unknown> = {}): Template {
  return Template.fromStack(createStack(options).stack);
}

export interface Resource {
  readonly Properties: Readonly<Record<string, unknown>>;
}

/** Logical id and resource of each resource of a type whose logical id starts as given. */
export function resources(template: Template, type: string, prefix = ""): [string, Resource][] {
  return Object.entries(template.findResources(type))
    .filter(([id]) => id.startsWith(prefix))
    .map(([id, { Properties = {} }]) => [id, { Properties }]);
}

/** The reference in an output of the stack. */
export function output(template: Template, name: string): { readonly Ref: string } {
  return template.findOutputs(name)[name]?.Value;
}
