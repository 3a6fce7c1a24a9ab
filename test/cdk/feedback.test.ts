import type { Template } from "aws-cdk-lib/assertions";
import { CfnFunction, CfnUrl } from "aws-cdk-lib/aws-lambda";
import { createStack, output as outputOf, resources, synthesize } from "./synth.ts";

const template = synthesize();
const output = (name: string) => outputOf(template, name);

test("the page has an address that is open to everybody", () => {
  const [[id, url] = []] = resources(template, "AWS::Lambda::Url");
  expect(url?.Properties).toEqual({
    AuthType: "NONE",
    TargetFunctionArn: { "Fn::GetAtt": [output("FeedbackFunction").Ref, "Arn"] },
  });
  expect(output("FeedbackUrl")).toEqual({ "Fn::GetAtt": [id, "FunctionUrl"] });
});

test("everybody may call the address, but not the function", () => {
  const FunctionName = { "Fn::GetAtt": [output("FeedbackFunction").Ref, "Arn"] };
  const permissions = resources(template, "AWS::Lambda::Permission").map(([, { Properties }]) => Properties);
  expect(permissions).toHaveLength(2);
  expect(permissions).toEqual(
    expect.arrayContaining([
      { Action: "lambda:InvokeFunctionUrl", FunctionName, FunctionUrlAuthType: "NONE", Principal: "*" },
      { Action: "lambda:InvokeFunction", FunctionName, InvokedViaFunctionUrl: true, Principal: "*" },
    ]),
  );
});

/** Logical ids and limits of the functions that reserve concurrent executions. */
function limited(of: Template): unknown[] {
  return resources(of, "AWS::Lambda::Function")
    .map(([id, { Properties }]) => [id, Properties.ReservedConcurrentExecutions])
    .filter(([, limit]) => limit !== undefined);
}

test("nothing is reserved by default: a new account has ten concurrent executions and may reserve none", () => {
  expect(limited(template)).toEqual([]);
});

test("feedbackConcurrency limits the page and no other function", () => {
  expect(limited(synthesize({ feedbackConcurrency: "5" }))).toEqual([[output("FeedbackFunction").Ref, 5]]);
});

test("AWS creates the key, so no template contains it, and the stack deletes it with itself", () => {
  const [[id] = [""], ...others] = resources(template, "AWS::SecretsManager::Secret");
  expect(others).toEqual([]);
  template.hasResource("AWS::SecretsManager::Secret", {
    DeletionPolicy: "Delete",
    Properties: { GenerateSecretString: { PasswordLength: 64, ExcludePunctuation: true } },
  });
  expect(JSON.stringify(template.toJSON())).not.toContain("{{resolve:secretsmanager");
  expect(id).not.toBe("");
});

test("without a choice the deployment stops with one line that says what each choice means", () => {
  expect(() => createStack({ feedback: undefined }).app.synth()).toThrow(
    /Choose where .* -c feedback=url: .* page that needs no login\. -c feedback=none: .* label only;.* no public address\./,
  );
});

test("a stack without a choice has no public address, even if somebody deploys it in spite of the error", () => {
  const parts = createStack({ feedback: undefined }).stack.node.findAll();
  expect(parts.some((part) => part instanceof CfnFunction)).toBe(true);
  expect(parts.filter((part) => part instanceof CfnUrl)).toEqual([]);
});

test("feedback=none omits page, key, address, alarms and links", () => {
  const none = synthesize({ feedback: "none" });
  none.resourceCountIs("AWS::Lambda::Function", 3);
  // Sixteen without the two of the page.
  none.resourceCountIs("AWS::CloudWatch::Alarm", 14);
  for (const type of ["AWS::Lambda::Url", "AWS::Lambda::Permission", "AWS::SecretsManager::Secret"]) {
    none.resourceCountIs(type, 0);
  }
  const text = JSON.stringify(none.toJSON());
  for (const word of ["FEEDBACK_", "secretsmanager:", "FeedbackUrl", "FeedbackFunction"])
    expect(text).not.toContain(word);
});
