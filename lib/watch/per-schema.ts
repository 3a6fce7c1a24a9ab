import type { Schema } from "../wire/samples.ts";

/** Of one thing. Hosts have one or a few; whoever sends always new ones shall not fill the memory. */
const SCHEMAS_MAX = 64;

/** Remembers what `make` makes of a thing for a schema, so that names are looked up once and not for each sample. */
export function perSchema<Thing extends object, Made>(
  make: (thing: Thing, schema: Schema) => Made,
): (thing: Thing, schema: Schema) => Made {
  const known = new WeakMap<Thing, Map<string, { readonly made: Made }>>();
  return (thing, schema) => {
    const ofThing = known.get(thing) ?? new Map<string, { readonly made: Made }>();
    const found = ofThing.get(schema.id);
    if (found) return found.made;
    if (ofThing.size >= SCHEMAS_MAX) ofThing.clear();
    const made = make(thing, schema);
    known.set(thing, ofThing.set(schema.id, { made }));
    return made;
  };
}
