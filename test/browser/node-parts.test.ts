// Compares the parts that stand for modules of Node in a browser with Node's own.
import { isUtf8 } from "node:buffer";
import crypto from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import zlib from "node:zlib";
import fc from "fast-check";
import * as buffer from "../../browser/node/buffer.ts";
import * as ourCrypto from "../../browser/node/crypto.ts";
import * as util from "../../browser/node/util.ts";
import * as ourZlib from "../../browser/node/zlib.ts";

const bytes = fc.uint8Array({ maxLength: 500 });
const text = fc.string({ unit: "binary", maxLength: 100 });

test("digests are those of Node", () => {
  fc.assert(
    fc.property(fc.constantFrom("sha256", "md5"), bytes, text, text, (algorithm, first, second, key) => {
      for (const encoding of ["hex", "base64", "base64url"] as const) {
        const theirs = crypto.createHash(algorithm).update(first).update(second).digest(encoding);
        expect(ourCrypto.createHash(algorithm).update(first).update(second).digest(encoding)).toBe(theirs);
      }
      const theirs = crypto.createHmac(algorithm, key).update(second).digest();
      expect(ourCrypto.createHmac(algorithm, key).update(second).digest()).toEqual(theirs);
    }),
  );
});

test("each inflates what the other has deflated, and refuses more than the limit", () => {
  fc.assert(
    fc.property(bytes, fc.constantFrom<0 | 1 | 6 | 9>(0, 1, 6, 9), (plain, level) => {
      const wanted = Buffer.from(plain);
      expect(zlib.inflateRawSync(ourZlib.deflateRawSync(plain, { level }))).toEqual(wanted);
      expect(zlib.gunzipSync(ourZlib.gzipSync(plain))).toEqual(wanted);
      const limit = { maxOutputLength: wanted.length };
      expect(ourZlib.inflateRawSync(zlib.deflateRawSync(plain, { level }), limit)).toEqual(wanted);
      expect(ourZlib.inflateSync(zlib.deflateSync(plain, { level }), limit)).toEqual(wanted);
      expect(ourZlib.gunzipSync(zlib.gzipSync(plain, { level }), limit)).toEqual(wanted);
      const more = zlib.deflateRawSync(Buffer.concat([plain, Buffer.of(0)]));
      expect(() => ourZlib.inflateRawSync(more, limit)).toThrow(
        expect.objectContaining({ code: "ERR_BUFFER_TOO_LARGE" }),
      );
    }),
  );
});

test("values are equal exactly when Node says so", () => {
  const number = fc.constantFrom(0, -0, 1, Number.NaN);
  const { value } = fc.letrec((tie) => ({
    value: fc.oneof({ maxDepth: 3 }, number, fc.constantFrom("", "a", null, undefined), tie("list"), tie("object")),
    list: fc.oneof(fc.array(tie("value"), { maxLength: 2 }), fc.uint8Array({ maxLength: 2, max: 1 })),
    object: fc.dictionary(fc.constantFrom("a", "b"), tie("value"), { noNullPrototype: true }),
  }));
  fc.assert(
    fc.property(fc.oneof(fc.tuple(value, value), fc.clone(value, 2)), ([one, other]) => {
      expect(util.isDeepStrictEqual(one, other)).toBe(isDeepStrictEqual(one, other));
    }),
    { numRuns: 1_000 },
  );
});

test("bytes are UTF-8 exactly when Node says so", () => {
  fc.assert(
    fc.property(
      fc.oneof(
        bytes,
        text.map((some) => Buffer.from(some)),
      ),
      (some) => {
        expect(buffer.isUtf8(some)).toBe(isUtf8(some));
      },
    ),
  );
});
