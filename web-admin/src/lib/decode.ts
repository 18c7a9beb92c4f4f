// What comes over the wire is `unknown` until a decoder has looked at every field of it.

export type Decoder<T> = (value: unknown, path: string) => T;

export class DecodeError extends Error {
  readonly path: string;
  constructor(path: string, expected: string) {
    super(`${path}: expected ${expected}`);
    this.path = path;
  }
}

export const string: Decoder<string> = (value, path) => {
  if (typeof value === "string") return value;
  throw new DecodeError(path, "a string");
};

export const number: Decoder<number> = (value, path) => {
  if (typeof value === "number") return value;
  throw new DecodeError(path, "a number");
};

export const boolean: Decoder<boolean> = (value, path) => {
  if (typeof value === "boolean") return value;
  throw new DecodeError(path, "true or false");
};

export const unknown: Decoder<unknown> = (value) => value;

export const orNull =
  <T>(decode: Decoder<T>): Decoder<T | null> =>
  (value, path) =>
    value === null ? null : decode(value, path);

export const orUndefined =
  <T>(decode: Decoder<T>): Decoder<T | undefined> =>
  (value, path) =>
    value === undefined ? undefined : decode(value, path);

// Schemas refer to each other in any order, so the decoder is looked up when it is first needed.
export const lazy =
  <T>(find: () => Decoder<T>): Decoder<T> =>
  (value, path) =>
    find()(value, path);

export const object =
  <T>(fields: { [K in keyof T]: Decoder<T[K]> }): Decoder<T> =>
  (value, path) => {
    if (typeof value !== "object" || value === null) throw new DecodeError(path, "an object");
    const source = value as Record<string, unknown>;
    const entries = Object.keys(fields).map((key) => {
      const decode = fields[key as keyof T];
      return [key, decode(source[key], `${path}.${key}`)] as const;
    });
    return Object.fromEntries(entries) as T;
  };

export const recordOf =
  <T>(decode: Decoder<T>): Decoder<Readonly<Record<string, T>>> =>
  (value, path) => {
    if (typeof value !== "object" || value === null) throw new DecodeError(path, "an object");
    return Object.fromEntries(
      Object.entries(value as Record<string, unknown>).map(([key, entry]) => [key, decode(entry, `${path}.${key}`)]),
    );
  };

export const arrayOf =
  <T>(decode: Decoder<T>): Decoder<readonly T[]> =>
  (value, path) => {
    if (!Array.isArray(value)) throw new DecodeError(path, "an array");
    return value.map((item: unknown, index) => decode(item, `${path}[${String(index)}]`));
  };

export const oneOf =
  <const T extends string>(...allowed: readonly T[]): Decoder<T> =>
  (value, path) => {
    const found = allowed.find((option) => option === value);
    if (found === undefined) throw new DecodeError(path, allowed.join(" | "));
    return found;
  };
