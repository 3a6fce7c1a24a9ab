import { mkdir, readdir, readFile, stat } from "node:fs/promises";
import { dirname, join, relative, sep } from "node:path";
import { codeOf } from "../errors.ts";
import type { Clock } from "../time.ts";
import { replaceFile, TEMPORARY } from "./files.ts";

interface StoredObject {
  readonly key: string;
  readonly size: number;
  readonly modified: Date;
}

/** The objects of one bucket. No part of a key between slashes is empty. */
export interface ObjectStore {
  put(key: string, body: Buffer): Promise<void>;
  get(key: string): Promise<Buffer | undefined>;
  /** Sorted by key. */
  list(): Promise<readonly StoredObject[]>;
}

/** Each object is a file; each part of its key between slashes is a folder. */
export function folderStore(root: string): ObjectStore {
  const pathOf = (key: string) => join(root, ...key.split("/").map(encodePart));
  return {
    async put(key, body) {
      const path = pathOf(key);
      await mkdir(dirname(path), { recursive: true });
      await replaceFile(path, body);
    },
    async get(key) {
      return readFile(pathOf(key)).catch((error: unknown) => {
        if (["ENOENT", "EISDIR", "ENOTDIR", "ENAMETOOLONG"].includes(codeOf(error))) return undefined;
        throw error;
      });
    },
    async list() {
      await mkdir(root, { recursive: true });
      const entries = await readdir(root, { recursive: true, withFileTypes: true });
      const files = entries.filter((entry) => entry.isFile() && !entry.name.endsWith(TEMPORARY));
      const objects = await Promise.all(files.map((entry) => describe(root, join(entry.parentPath, entry.name))));
      return objects.sort(byKey);
    },
  };
}

export function memoryStore(clock: Clock): ObjectStore {
  const objects = new Map<string, { readonly body: Buffer; readonly modified: Date }>();
  return {
    async put(key, body) {
      objects.set(key, { body, modified: new Date(clock()) });
    },
    async get(key) {
      return objects.get(key)?.body;
    },
    async list() {
      return [...objects].map(([key, { body, modified }]) => ({ key, size: body.length, modified })).sort(byKey);
    },
  };
}

async function describe(root: string, path: string): Promise<StoredObject> {
  const { size, mtime } = await stat(path);
  return { key: relative(root, path).split(sep).map(decodeURIComponent).join("/"), size, modified: mtime };
}

/** No part becomes `.` or `..` or contains a separator, so a key never leads out of the folder. */
function encodePart(part: string): string {
  return encodeURIComponent(part).replace(/^\.+$/, (dots) => dots.replaceAll(".", "%2E"));
}

function byKey(a: StoredObject, b: StoredObject): number {
  return a.key < b.key ? -1 : 1;
}
