import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { createSecureContext } from "node:tls";
import { type Command, InvalidArgumentError, Option } from "commander";
import { Stream } from "../agent/stream.ts";
import type { Environment } from "../clients.ts";
import { messageOf } from "../errors.ts";
import { isLoopback } from "../http.ts";
import { SECRET_LENGTH_MIN } from "../listen/credentials.ts";
import { openDoor } from "../listen/door.ts";
import { createRefusedBodies } from "../listen/refused-bodies.ts";
import { readIfPresent, replaceFile } from "../local/files.ts";
import { createLogin } from "../page/login.ts";
import type { Page } from "../page/server.ts";
import type { Stores } from "../store/stores.ts";
import { UserError } from "../user-error.ts";
import { commandLine } from "./output.ts";

/** Where and how `up` takes what other machines send. */
export interface ListenOptions {
  readonly listen?: Address | true;
  readonly listenTokenFile?: string;
  readonly listenPasswordFile?: string;
  readonly listenCert?: string;
  readonly listenKey?: string;
  readonly dataDir: string;
  readonly memory?: boolean;
}

interface Address {
  readonly host: string;
  readonly port: number;
}

/** Every interface, and the port at which exporters of OTLP/HTTP look by default. */
const DEFAULT_ADDRESS: Address = { host: "0.0.0.0", port: 4318 };

export function addListenOptions(command: Command): Command {
  const address = new Option("--listen [address]", "take metrics of other machines by HTTP (preset: 0.0.0.0:4318)");
  return command
    .addOption(address.argParser(addressArgument))
    .option("--listen-token-file <file>", "the token that senders give (default: made once, in the data folder)")
    .option("--listen-password-file <file>", "the password of the page there (default: made once, in the data folder)")
    .option("--listen-cert <file>", "speak TLS there with this certificate (PEM)")
    .option("--listen-key <file>", "the key of the certificate (PEM)");
}

/** An address, a port or both. */
function addressArgument(text: string): Address {
  if (/^\d{1,5}$/.test(text) && Number(text) <= 65_535) return { ...DEFAULT_ADDRESS, port: Number(text) };
  const { hostname: host, port } = URL.canParse(`tcp://${text}`)
    ? new URL(`tcp://${text}`)
    : { hostname: "", port: "" };
  if (host === "" || (text !== host && text !== `${host}:${port}`))
    throw new InvalidArgumentError("Use an address, a port or both: 10.0.0.5:4318, [::]:4318, 8080.");
  return { host: host.replace(/^\[|\]$/g, ""), port: port === "" ? DEFAULT_ADDRESS.port : Number(port) };
}

/** The parts of the twin that the door uses. */
interface Parts {
  readonly env: Environment;
  readonly page: Page;
  /** The process's own, which may hold the secrets. */
  readonly secrets: Environment;
  readonly say: (text: string) => void;
  readonly log: (line: string) => void;
  /** Keeps the counts of refused bodies. */
  readonly stores: Pick<Stores, "rejected">;
}

/** Throws a UserError for options that do not fit together, and for files and secrets that cannot be used. */
export async function checkListenOptions(options: ListenOptions, secrets: Environment): Promise<void> {
  const { listen, listenTokenFile, listenPasswordFile, listenCert, listenKey } = options;
  if (listen === undefined && (listenTokenFile ?? listenPasswordFile ?? listenCert ?? listenKey) !== undefined)
    throw new UserError("--listen-token-file, --listen-password-file, --listen-cert and --listen-key need --listen.");
  if ((listenCert === undefined) !== (listenKey === undefined))
    throw new UserError("--listen-cert and --listen-key need each other: give the certificate and its key.");
  if (listen === undefined) return;
  await tlsOf(options);
  for (const secret of [tokenOf(options, secrets), passwordOf(options, secrets)])
    if (!isMadeHere(secret)) await secretOf(secret);
}

/** Opens the door for other machines, if the options ask for it, and says where it is. The result closes it. */
export async function listenFor(options: ListenOptions, parts: Parts): Promise<() => Promise<void>> {
  if (options.listen === undefined) return async () => {};
  const { env, page, secrets, say, log, stores } = parts;
  const { host, port } = options.listen === true ? DEFAULT_ADDRESS : options.listen;
  const token = await secretOf(tokenOf(options, secrets));
  const password = await secretOf(passwordOf(options, secrets));
  const tls = await tlsOf(options);
  const stream = new Stream(env.STACK_NAME ?? "", env);
  const refused = createRefusedBodies({ rejected: stores.rejected, clock: Date.now, log });
  const shown = { serve: page.serve, clock: Date.now, command: commandLine(), log };
  const door = await openDoor({
    ...(tls ? { tls } : {}),
    host,
    port,
    token: token.text,
    put: (record) => stream.put(record),
    page: createLogin({ ...shown, password: password.text, isSecure: tls !== undefined }),
    clock: Date.now,
    ...{ log, refused },
  }).catch((error: unknown) => {
    stream.close();
    throw error;
  });
  const isHere = isLoopback(new URL(door.url).host);
  const url = door.url.replace(/\/\/(0\.0\.0\.0|\[::\]):/, `//${hostname()}:`);
  say(`Other machines send to ${url} with the token in ${token.place}; docs/senders.md shows how.`);
  say(`The page at ${url} asks for the password in ${password.place}.`);
  if (!tls && !isHere)
    log(
      `${url} has no TLS: anybody who can see the network in between can read the token, the password and all metrics. --listen-cert and --listen-key turn it on.`,
    );
  return async () => {
    await door.close();
    await refused.close();
    stream.close();
  };
}

async function tlsOf({ listenCert, listenKey }: ListenOptions) {
  if (listenCert === undefined || listenKey === undefined) return undefined;
  const read = (path: string, option: string) =>
    readFile(path).catch((error: unknown) => {
      throw new UserError(`${option}: ${path} cannot be read (${messageOf(error)}): name a file of PEM.`);
    });
  const tls = { cert: await read(listenCert, "--listen-cert"), key: await read(listenKey, "--listen-key") };
  try {
    createSecureContext(tls);
  } catch (error) {
    throw new UserError(
      `--listen-cert and --listen-key: ${listenCert} and ${listenKey} are no certificate and its key (${messageOf(error)}).`,
    );
  }
  return tls;
}

interface Secret {
  readonly text: string;
  /** Where a person finds it. */
  readonly place: string;
}

interface SecretOptions {
  readonly name: "token" | "password";
  /** A file that another program writes. */
  readonly given: string | undefined;
  readonly env: Environment;
  readonly dataDir: string;
  readonly memory?: boolean;
}

function tokenOf(options: ListenOptions, env: Environment): SecretOptions {
  return { ...options, name: "token", given: options.listenTokenFile, env };
}

function passwordOf(options: ListenOptions, env: Environment): SecretOptions {
  return { ...options, name: "password", given: options.listenPasswordFile, env };
}

/** Whether it is in the data folder, which the twin checks and creates first. */
function isMadeHere({ name, given, env, memory }: SecretOptions): boolean {
  return given === undefined && !env[variableOf(name)] && !memory;
}

function variableOf(name: SecretOptions["name"]): string {
  return `FLEETWARDEN_LISTEN_${name.toUpperCase()}`;
}

const SECRET_BYTES = 32;
/** Only the user who runs the twin may read it. */
const OWNER_ONLY = 0o600;

/** From the given file, else from the environment, else from a file of the data folder, which is created if missing. */
async function secretOf({ name, given, env, dataDir, memory }: SecretOptions): Promise<Secret> {
  const variable = variableOf(name);
  if (given === undefined && env[variable]) return checked(env[variable], `the variable ${variable}`);
  if (given === undefined && memory)
    throw new UserError(`--memory keeps no ${name}: give one with --listen-${name}-file or ${variable}.`);
  const path = given ?? join(dataDir, `listen-${name}`);
  try {
    const kept = await readIfPresent(path);
    if (kept !== undefined) return checked(kept.trim(), path);
    if (given !== undefined) throw new Error("there is no such file");
    const text = randomBytes(SECRET_BYTES).toString("base64url");
    await replaceFile(path, `${text}\n`, OWNER_ONLY);
    return { text, place: path };
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new UserError(
      `The ${name} in ${path} cannot be used (${messageOf(error)}): make it a file that this user may read.`,
    );
  }
}

function checked(text: string, place: string): Secret {
  if (/^[!-~]+$/.test(text) && text.length >= SECRET_LENGTH_MIN) return { text, place };
  throw new UserError(
    `The secret in ${place} must have at least ${SECRET_LENGTH_MIN} characters, all of them ASCII and none a blank.`,
  );
}
