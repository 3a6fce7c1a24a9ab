import fc from "fast-check";
import { auditId, keyOf, signToken, type Verified, verifyToken } from "../../lib/feedback/token.ts";

const DAY = 86_400_000;
const OPENED = Date.UTC(2026, 10, 22, 14, 30);
const NOW = OPENED + 60_000;
const KEY = keyOf("0123456789abcdefghijklmnopqrstuvwxyz");
const NEWER = keyOf("zyxwvutsrqponmlkjihgfedcba9876543210");
const INCIDENT = { host: "web-07", opened: OPENED, id: "K7Q2RT" };

/**
 * Python, with b64 = urlsafe base64 without padding and b36 = base 36 in lower case:
 *   kid = b64(hmac.new(secret, b"fleetwarden feedback 1 key id", sha256).digest())[:6]
 *   signed = ".".join([kid, b36(1797949860), b36(1795357800000), "K7Q2RT", b64(b"web-07")])
 *   signed + "." + b64(hmac.new(secret, b"fleetwarden feedback 1\n" + signed, sha256).digest()[:16])
 *   b64(sha256(token).digest())[:8]
 */
const TOKEN = "wS5iv-.tqgazo.mwrxogg0.K7Q2RT.d2ViLTA3.5ihe_WLZMHnbY8v4_uA74Q";

/** Names as lib/wire lets them in: 1 to 256 UTF-16 units, well-formed. */
const anyHost = fc
  .oneof(
    fc.string({ unit: "binary", minLength: 1, maxLength: 128 }),
    fc.constantFrom("💥".repeat(128), "漢".repeat(256)),
  )
  .filter((host) => host.length <= 256);
const anyIncident = fc.record({
  host: anyHost,
  opened: fc.integer({ min: 0, max: 8.64e15 / 4 }),
  id: fc.string({ unit: fc.constantFrom(..."23456789ABCDEFGHJKMNPQRSTVWXYZ"), minLength: 6, maxLength: 6 }),
});

function problemOf(verified: Verified): string | undefined {
  return "problem" in verified ? verified.problem : undefined;
}

test("a token equals one that another program makes by the same rules", () => {
  expect(signToken(INCIDENT, [KEY], NOW)).toBe(TOKEN);
  expect(auditId(TOKEN)).toBe("Rjp-9dQP");
});

test("a token permits labelling its incident for 30 days", () => {
  const claims = { host: "web-07", opened: OPENED, incident: "K7Q2RT" };
  expect(verifyToken(TOKEN, [KEY], NOW)).toEqual({ claims });
  expect(verifyToken(TOKEN, [KEY], NOW + 30 * DAY - 1)).toEqual({ claims });
  expect(verifyToken(TOKEN, [KEY], NOW + 30 * DAY)).toEqual({ problem: "expired" });
});

test("a token gives back any incident of any host and fits a line of mail", () => {
  fc.assert(
    fc.property(anyIncident, (incident) => {
      const token = signToken(incident, [KEY], NOW);
      const { host, opened, id } = incident;
      expect(verifyToken(token, [KEY], NOW)).toMatchObject({ claims: { host, opened, incident: id } });
      expect(token).toMatch(/^[\w.-]*[A-Za-z0-9]$/);
      // Six fields around the name, and a mail's line has at most 998 characters (RFC 5322, 2.1.1) for names below 512 bytes.
      expect(token.length).toBeLessThanOrEqual(70 + Math.ceil((Buffer.byteLength(host) * 4) / 3));
    }),
  );
});

test("a token with one character changed, added or removed permits nothing", () => {
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~ é\n";
  const change = fc.tuple(fc.nat(TOKEN.length - 1), fc.constantFrom("", ...alphabet), fc.boolean());
  fc.assert(
    fc.property(change, ([at, character, insert]) => {
      const changed = TOKEN.slice(0, at) + character + TOKEN.slice(insert ? at : at + 1);
      if (changed !== TOKEN) expect(problemOf(verifyToken(changed, [KEY], NOW))).toBeDefined();
    }),
    { numRuns: 2_000 },
  );
});

test("only one last character of a signature is right, although base64url decodes four of them alike", () => {
  const others = [..."ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"].filter((c) => c !== "Q");
  for (const character of others) {
    expect(verifyToken(`${TOKEN.slice(0, -1)}${character}`, [KEY], NOW)).toEqual({ problem: "wrong signature" });
  }
});

test("no text makes it throw, and none is accepted", () => {
  const part = fc.string({ maxLength: 30 });
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string({ unit: "binary" }),
        fc.array(part, { maxLength: 8 }).map((p) => p.join(".")),
      ),
      (text) => {
        expect(problemOf(verifyToken(text, [KEY], NOW))).toBeDefined();
      },
    ),
  );
});

test.each([
  ["nothing", ""],
  ["five parts", TOKEN.slice(0, -23)],
  ["seven parts", `${TOKEN}.x`],
  ["an incident in lower case", TOKEN.replace("K7Q2RT", "k7q2rt")],
  ["a signature too short", TOKEN.slice(0, -1)],
  ["a line break behind it", `${TOKEN}\n`],
  ["a host that no host can have", TOKEN.replace("d2ViLTA3", "A".repeat(1_025))],
])("%s is malformed", (_, token) => {
  expect(verifyToken(token, [KEY], NOW)).toEqual({ problem: "malformed" });
});

test.each([
  ["another host", TOKEN.replace("d2ViLTA3", "d2ViLTA4")],
  ["another incident", TOKEN.replace("K7Q2RT", "K7Q2RV")],
  ["another time", TOKEN.replace("mwrxogg0", "mwrxogg1")],
  ["a later expiry", TOKEN.replace("tqgazo", "tqgazp")],
])("%s under the same signature is wrong", (_, token) => {
  expect(verifyToken(token, [KEY], NOW)).toEqual({ problem: "wrong signature" });
});

test("the newest key signs, the previous one still verifies, and older ones are unknown", () => {
  const both = [NEWER, KEY];
  const fresh = signToken(INCIDENT, both, NOW);
  expect(fresh.startsWith(`${NEWER.id}.`)).toBe(true);
  expect(problemOf(verifyToken(fresh, both, NOW))).toBeUndefined();
  expect(problemOf(verifyToken(TOKEN, both, NOW))).toBeUndefined();
  expect(verifyToken(TOKEN, [NEWER], NOW)).toEqual({ problem: "unknown key" });
  expect(verifyToken(TOKEN, [], NOW)).toEqual({ problem: "unknown key" });
});

test("a key with the id of another key is rejected", () => {
  expect(verifyToken(TOKEN, [{ id: KEY.id, secret: NEWER.secret }], NOW)).toEqual({ problem: "wrong signature" });
});

test("a secret of fewer than 32 characters is rejected", () => {
  expect(() => keyOf("x".repeat(31))).toThrow("32 or more random characters, this one 31");
});

test.each([
  ["a time before 1970", { ...INCIDENT, opened: -1 }],
  ["no id", { ...INCIDENT, id: "" }],
  ["no host", { ...INCIDENT, host: "" }],
])("an incident with %s gets no token", (_, incident) => {
  expect(() => signToken(incident, [KEY], NOW)).toThrow("fits no token");
});
