/** Enough for a record of a few hundred samples; grows to the largest record seen. */
const START_BYTES = 64 * 1024;

/**
 * Decodes base64 into one buffer, over and over: half the cost of a buffer for each record. What it returns is good until
 * the next call.
 */
export function base64Reader(): (text: string) => Buffer {
  let room = Buffer.allocUnsafe(START_BYTES);
  return (text) => {
    // Four characters hold three bytes.
    if (text.length > room.length) room = Buffer.allocUnsafe(2 * text.length);
    return room.subarray(0, room.write(text, 0, "base64"));
  };
}
