import { generateKeyPairSync, sign } from "node:crypto";

/** Tags of ASN.1 in DER (ITU-T X.690). */
const Tag = { integer: 0x02, bits: 0x03, octets: 0x04, oid: 0x06, text: 0x0c, time: 0x18, list: 0x30, set: 0x31 };
/**
 * [0] and [3] around version and extensions of a certificate, [7] for an address among the alternative names (RFC
 * 5280).
 */
const Context = { version: 0xa0, extensions: 0xa3, address: 0x87 };
const ED25519 = der(Tag.list, der(Tag.oid, Buffer.from([0x2b, 0x65, 0x70])));
const COMMON_NAME = der(Tag.oid, Buffer.from([0x55, 0x04, 0x03]));
const ALTERNATIVE_NAME = der(Tag.oid, Buffer.from([0x55, 0x1d, 0x11]));

/** A key and a certificate of 127.0.0.1 that it signed itself (RFC 5280, RFC 8410), both as PEM. */
export function selfSigned(): { readonly key: string; readonly cert: string } {
  const { privateKey, publicKey } = generateKeyPairSync("ed25519");
  const name = der(Tag.list, der(Tag.set, der(Tag.list, COMMON_NAME, der(Tag.text, Buffer.from("127.0.0.1")))));
  const [from, to] = ["20200101000000Z", "21200101000000Z"].map((time) => der(Tag.time, Buffer.from(time)));
  const address = der(Tag.octets, der(Tag.list, der(Context.address, Buffer.from([127, 0, 0, 1]))));
  const body = der(
    Tag.list,
    der(Context.version, der(Tag.integer, Buffer.from([2]))),
    der(Tag.integer, Buffer.from([1])),
    ED25519,
    name,
    der(Tag.list, from!, to!),
    name,
    publicKey.export({ type: "spki", format: "der" }),
    der(Context.extensions, der(Tag.list, der(Tag.list, ALTERNATIVE_NAME, address))),
  );
  const signature = der(Tag.bits, Buffer.from([0]), sign(null, body, privateKey));
  const lines = der(Tag.list, body, ED25519, signature)
    .toString("base64")
    .match(/.{1,64}/g)!;
  return {
    key: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    cert: `-----BEGIN CERTIFICATE-----\n${lines.join("\n")}\n-----END CERTIFICATE-----\n`,
  };
}

function der(tag: number, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  const { length } = content;
  const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
}
