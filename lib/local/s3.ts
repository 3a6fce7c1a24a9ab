import { createHash } from "node:crypto";
import type { Reply, Request } from "../http.ts";
import { escapeMarkup } from "../markup.ts";
import { element, xml } from "./aws-replies.ts";
import { BUCKET } from "./names.ts";
import type { ObjectStore } from "./object-store.ts";

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html */
const KEY_BYTES_MAX = 1_024;
/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html */
const LIST_MAX = 1_000;
const LIST_PARAMETERS = ["list-type", "prefix", "max-keys", "start-after", "continuation-token", "x-id"];

/** PutObject, GetObject and ListObjectsV2 on the failures bucket, with path-style addresses. */
export function createS3(store: ObjectStore): (request: Request) => Promise<Reply> {
  return async (request) => {
    const [bucket, ...parts] = request.url.pathname.slice(1).split("/").map(decodeURIComponent);
    const key = parts.join("/");
    if (bucket !== BUCKET) return s3Error(404, "NoSuchBucket", `The bucket ${bucket} does not exist, only ${BUCKET}`);
    if (key === "" && request.method === "GET") return list(store, request.url.searchParams);
    const unsupported = unsupportedPart(request, key);
    if (unsupported) return s3Error(501, "NotImplemented", `S3's ${unsupported} is not supported here`);
    if (Buffer.byteLength(key) > KEY_BYTES_MAX) return s3Error(400, "KeyTooLongError", "Your key is too long");
    return request.method === "PUT" ? put(store, key, request.body) : get(store, key);
  };
}

function unsupportedPart({ method, url, headers }: Request, key: string): string | undefined {
  if (key.split("/").includes("") || (method !== "PUT" && method !== "GET")) return `${method} ${url.pathname}`;
  const parameter = [...url.searchParams.keys()].find((name) => name !== "x-id");
  if (parameter) return `parameter ${parameter}`;
  if (headers["content-encoding"]?.includes("aws-chunked")) return "streamed body (give it as string or bytes)";
  return ["x-amz-copy-source", "if-none-match", "if-match", "range"].find((name) => name in headers);
}

async function put(store: ObjectStore, key: string, body: Buffer): Promise<Reply> {
  await store.put(key, body);
  return { status: 200, headers: { etag: etagOf(body) } };
}

async function get(store: ObjectStore, key: string): Promise<Reply> {
  const body = await store.get(key);
  if (!body) return s3Error(404, "NoSuchKey", `The key ${key} does not exist`);
  return { status: 200, headers: { "content-type": "application/octet-stream", etag: etagOf(body) }, body };
}

async function list(store: ObjectStore, parameters: URLSearchParams): Promise<Reply> {
  const unsupported = [...parameters.keys()].find((name) => !LIST_PARAMETERS.includes(name));
  if (unsupported || parameters.get("list-type") !== "2") {
    return s3Error(
      501,
      "NotImplemented",
      `S3's GET with ${unsupported ?? "list-type other than 2"} is not supported here`,
    );
  }
  const prefix = parameters.get("prefix") ?? "";
  const after = parameters.get("continuation-token") ?? parameters.get("start-after") ?? "";
  const max = Math.min(LIST_MAX, Number(parameters.get("max-keys") ?? LIST_MAX));
  const matching = (await store.list()).filter(({ key }) => key.startsWith(prefix) && key > after);
  const page = matching.slice(0, max);
  const last = matching.length > page.length ? page.at(-1) : undefined;
  const contents = page.map(({ key, size, modified }) =>
    element(
      "Contents",
      element("Key", escapeMarkup(key)) + element("Size", `${size}`) + element("LastModified", modified.toISOString()),
    ),
  );
  const head = element("Name", BUCKET) + element("KeyCount", `${page.length}`) + element("IsTruncated", `${!!last}`);
  const token = last ? element("NextContinuationToken", escapeMarkup(last.key)) : "";
  return xml(200, element("ListBucketResult", head + token + contents.join("")));
}

function etagOf(body: Buffer): string {
  return `"${createHash("md5").update(body).digest("hex")}"`;
}

function s3Error(status: number, code: string, message: string): Reply {
  return xml(status, element("Error", element("Code", code) + element("Message", escapeMarkup(message))));
}
