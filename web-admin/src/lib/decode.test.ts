import { expect, test } from "vitest";

import { arrayOf, object, oneOf, orNull, string } from "./decode";

const decode = arrayOf(object({ name: string, state: oneOf("on", "off"), note: orNull(string) }));

test("what has the promised shape comes through", () => {
  expect(decode([{ name: "a", state: "on", note: null }], "$")).toEqual([{ name: "a", state: "on", note: null }]);
});

test("a fault names its path", () => {
  expect(() => decode([{ name: "a", state: "broken", note: null }], "$")).toThrow("$[0].state: expected on | off");
  expect(() => decode([{ name: "a", state: "on" }], "$")).toThrow("$[0].note: expected a string");
});
