// Writes TypeScript types and decoders for every schema of the API description, so that what the
// agent promises and what the console believes are one text.
//
// usage: node generate-client.mjs OPENAPI.yaml OUTPUT.ts
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

import { parse } from "yaml";

const [input, output] = process.argv.slice(2);
if (input === undefined || output === undefined) {
  console.error("usage: node generate-client.mjs OPENAPI.yaml OUTPUT.ts");
  process.exit(2);
}
const description = parse(readFileSync(input, "utf8"));
const schemas = description.components?.schemas ?? {};

const typeNameOf = (reference) => reference.split("/").at(-1);
const decoderNameOf = (name) => `decode${name}`;

function fail(schema, why) {
  console.error(`${input}: ${why}: ${JSON.stringify(schema)}`);
  process.exit(1);
}

// OpenAPI 3.1 writes "a string or null" as type: [string, "null"]; 3.0 as nullable: true.
function withoutNull(schema) {
  if (schema.nullable === true) return { schema: { ...schema, nullable: false }, nullable: true };
  if (Array.isArray(schema.type)) {
    const rest = schema.type.filter((type) => type !== "null");
    const single = rest.length === 1 ? rest[0] : rest;
    return { schema: { ...schema, type: single }, nullable: rest.length < schema.type.length };
  }
  for (const key of ["oneOf", "anyOf"]) {
    const variants = schema[key];
    if (Array.isArray(variants) && variants.some((variant) => variant.type === "null")) {
      const rest = variants.filter((variant) => variant.type !== "null");
      return { schema: rest.length === 1 ? rest[0] : { ...schema, [key]: rest }, nullable: true };
    }
  }
  return { schema, nullable: false };
}

// A TypeScript type and the expression of its decoder.
function translate(original) {
  const { schema, nullable } = withoutNull(original);
  const plain = translatePlain(schema);
  return nullable ? { type: `${plain.type} | null`, decoder: `orNull(${plain.decoder})` } : plain;
}

function translatePlain(schema) {
  if (schema.$ref !== undefined) {
    const name = typeNameOf(schema.$ref);
    return { type: name, decoder: `lazy(() => ${decoderNameOf(name)})` };
  }
  if (schema.enum !== undefined) {
    const values = schema.enum.map((value) => JSON.stringify(value));
    return { type: values.join(" | "), decoder: `oneOf(${values.join(", ")})` };
  }
  if (schema.const !== undefined) {
    const value = JSON.stringify(schema.const);
    return { type: value, decoder: `oneOf(${value})` };
  }
  switch (schema.type) {
    case "string":
      return { type: "string", decoder: "string" };
    case "integer":
    case "number":
      return { type: "number", decoder: "number" };
    case "boolean":
      return { type: "boolean", decoder: "boolean" };
    case "array": {
      const items = translate(schema.items ?? {});
      return { type: `readonly (${items.type})[]`, decoder: `arrayOf(${items.decoder})` };
    }
    case "object":
    case undefined:
      return translateObject(schema);
    default:
      return fail(schema, "a type that this generator does not know");
  }
}

function translateObject(schema) {
  if (schema.properties === undefined) {
    if (typeof schema.additionalProperties === "object") {
      const values = translate(schema.additionalProperties);
      return { type: `Readonly<Record<string, ${values.type}>>`, decoder: `recordOf(${values.decoder})` };
    }
    return { type: "unknown", decoder: "unknown" };
  }
  const required = new Set(schema.required ?? []);
  const fields = Object.entries(schema.properties).map(([name, property]) => {
    const field = translate(property);
    return required.has(name)
      ? { name, type: field.type, decoder: field.decoder }
      : { name, type: `${field.type} | undefined`, decoder: `orUndefined(${field.decoder})` };
  });
  const types = fields.map((field) => `readonly ${JSON.stringify(field.name)}: ${field.type}`);
  const decoders = fields.map((field) => `${JSON.stringify(field.name)}: ${field.decoder}`);
  return { type: `{ ${types.join("; ")} }`, decoder: `object({ ${decoders.join(", ")} })` };
}

const lines = [
  "// Generated from the API description by scripts/generate-client.mjs; not edited by hand.",
  'import { arrayOf, boolean, lazy, number, object, oneOf, orNull, orUndefined, recordOf, string, unknown, type Decoder } from "../lib/decode";',
  "",
  "// Every combinator is referenced, so that a description that needs few of them still compiles.",
  "export const combinators = [arrayOf, boolean, lazy, number, object, oneOf, orNull, orUndefined, recordOf, string, unknown];",
  "",
];
for (const [name, schema] of Object.entries(schemas)) {
  const { type, decoder } = translate(schema);
  lines.push(
    `export type ${name} = ${type};`,
    `export const ${decoderNameOf(name)}: Decoder<${name}> = ${decoder};`,
    "",
  );
}
mkdirSync(dirname(output), { recursive: true });
writeFileSync(output, lines.join("\n"));
