import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import https from "node:https";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { promisify } from "node:util";
import { selfSigned } from "./certificate.ts";
import { withFolder } from "./support.ts";

jest.setTimeout(60_000);

/** Runs the sender against a server that fails twice; returns the server's requests and the sender's output. */
async function send(trust: (certificate: string) => NodeJS.ProcessEnv) {
  const bodies: string[] = [];
  const identity = selfSigned();
  const server = https.createServer(identity, async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    bodies.push(Buffer.concat(chunks).toString());
    response.statusCode = bodies.length < 3 ? 503 : 200;
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
  try {
    return await withFolder(async (folder) => {
      const certificate = join(folder, "certificate.pem");
      await writeFile(certificate, identity.cert);
      const sender = ["--import", "tsx", join(__dirname, "https-sender.ts"), url];
      const { stdout } = await promisify(execFile)(process.execPath, sender, {
        env: { ...process.env, ...trust(certificate) },
      });
      return { bodies, said: stdout };
    });
  } finally {
    server.close();
    server.closeAllConnections();
  }
}

test("the twin posts to an https server that it trusts, and retries while the server fails", async () => {
  const { bodies, said } = await send((certificate) => ({ NODE_EXTRA_CA_CERTS: certificate }));
  expect({ bodies, said }).toEqual({ bodies: ['{"v":1}', '{"v":1}', '{"v":1}'], said: "" });
});

test("the twin sends nothing to an https server that it does not trust, and reports it", async () => {
  const { bodies, said } = await send(() => ({}));
  expect(bodies).toEqual([]);
  expect(said).toMatch(/did not reach webhook/);
});
