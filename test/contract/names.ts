import fc from "fast-check";

export const name = fc.string({ unit: "grapheme", minLength: 1, maxLength: 24 });

/** A host or a group, as baselines belong to them. */
export const owner = fc.oneof(
  name.map((host) => `host#${host}`),
  name.map((group) => `group#${group}`),
);

export const incidentId = fc.stringMatching(/^[2-9A-HJKMNP-Z]{6}$/);

/** The digest of a derived metric. */
export const definition = fc.stringMatching(/^[0-9a-f]{8}$/);
