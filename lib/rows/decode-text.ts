/**
 * Decodes the pieces of a text: UTF-8, or UTF-16 with a byte order mark as Excel writes "Unicode text", or else
 * Windows-1252 as it writes CSV. Throws ERR_ENCODING_INVALID_ENCODED_DATA if some of it is UTF-8 and some is not, or
 * if it is no text.
 */
export function textDecoder(): (bytes?: Buffer) => string {
  let decoder: InstanceType<typeof TextDecoder> | undefined;
  let isAscii = true;
  return (bytes = Buffer.alloc(0)) => {
    const stream = bytes.length > 0;
    decoder ??= new TextDecoder(encodingOf(bytes), { fatal: true });
    if (!isAscii || decoder.encoding !== "utf-8") return decoder.decode(bytes, { stream });
    try {
      const text = decoder.decode(bytes, { stream });
      // Each letter outside ASCII takes more bytes than characters.
      isAscii = text.length === bytes.length;
      return text;
    } catch (error) {
      if (bytes.includes(0)) throw error;
      decoder = new TextDecoder("windows-1252");
      return decoder.decode(bytes, { stream });
    }
  };
}

function encodingOf(bytes: Buffer): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return "utf-16le";
  return bytes[0] === 0xfe && bytes[1] === 0xff ? "utf-16be" : "utf-8";
}
