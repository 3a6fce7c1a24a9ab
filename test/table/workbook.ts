// Reads a workbook without the library that wrote it: the zip by its central directory, the sheet by ECMA-376, 18.3.
import { inflateRawSync } from "node:zlib";

/** A stored cell: its type (n: number, s: text, b: boolean), its value and its number format. */
export interface StoredCell {
  readonly type: string;
  readonly value: string;
  readonly format?: string;
}

/** The files of a zip archive by name. */
export function unzip(archive: Buffer): ReadonlyMap<string, string> {
  const files = new Map<string, string>();
  const end = archive.lastIndexOf(Buffer.from([0x50, 0x4b, 5, 6]));
  let at = archive.readUInt32LE(end + 16);
  for (let left = archive.readUInt16LE(end + 10); left > 0; left--) {
    const [size, nameLength] = [archive.readUInt32LE(at + 20), archive.readUInt16LE(at + 28)];
    const rest = archive.readUInt16LE(at + 30) + archive.readUInt16LE(at + 32);
    const header = archive.readUInt32LE(at + 42);
    const start = header + 30 + archive.readUInt16LE(header + 26) + archive.readUInt16LE(header + 28);
    const bytes = archive.subarray(start, start + size);
    const content = archive.readUInt16LE(at + 10) === 8 ? inflateRawSync(bytes) : bytes;
    files.set(archive.toString("utf8", at + 46, at + 46 + nameLength), content.toString("utf8"));
    at += 46 + nameLength + rest;
  }
  return files;
}

/** The cells of the first sheet by their address, like B2. */
export function cellsOf(archive: Buffer): ReadonlyMap<string, StoredCell> {
  const files = unzip(archive);
  const file = (name: RegExp) => [...files].find(([path]) => name.test(path))?.[1] ?? "";
  const texts = [...file(/sharedStrings/).matchAll(/<si>(.*?)<\/si>/gs)].map(([, text = ""]) =>
    unescaped(text.replace(/<[^>]*>/g, "")),
  );
  const formats = formatsOf(file(/styles/));
  const cells = file(/worksheets\/sheet\d*\.xml$/).matchAll(/<c ([^>]*?)(?:\/>|>(.*?)<\/c>)/gs);
  return new Map(
    [...cells].map(([, attributes = "", content = ""]) => {
      const { r = "", t: type = "n", s } = attributesOf(attributes);
      const value = /<v>(.*?)<\/v>/s.exec(content)?.[1] ?? "";
      const format = s === undefined ? undefined : formats[Number(s)];
      return [r, { type, value: type === "s" ? texts[Number(value)]! : value, ...(format ? { format } : {}) }];
    }),
  );
}

/** The format code of each style of cells, where it has its own. */
function formatsOf(styles: string): (string | undefined)[] {
  const codes = new Map(
    [...styles.matchAll(/<numFmt ([^>]*?)\/>/g)].map(([, attributes = ""]) => {
      const { numFmtId = "", formatCode = "" } = attributesOf(attributes);
      return [numFmtId, unescaped(formatCode)];
    }),
  );
  const styled = /<cellXfs[^>]*>(.*?)<\/cellXfs>/s.exec(styles)?.[1] ?? "";
  return [...styled.matchAll(/<xf ([^>]*?)\/?>/g)].map(([, attributes = ""]) =>
    codes.get(attributesOf(attributes).numFmtId ?? ""),
  );
}

function attributesOf(text: string): Record<string, string> {
  return Object.fromEntries(
    [...text.matchAll(/([\w:]+)="([^"]*)"/g)].map(([, name = "", value = ""]) => [name, value]),
  );
}

function unescaped(text: string): string {
  return text
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&quot;", '"')
    .replaceAll("&apos;", "'")
    .replaceAll("&#39;", "'")
    .replaceAll("&amp;", "&");
}
