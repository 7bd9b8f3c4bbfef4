import { describe, expect, it } from "vitest";
import { decrypt, derivedKey, encrypt, randomId, sha256 } from "./crypto.ts";

const key = derivedKey("tokens", "master");

describe("encryption", () => {
  it("gives the text back to the same key and context", () => {
    expect(decrypt(encrypt("tökén", "session 1", key), "session 1", key)).toBe("tökén");
  });
  it("never gives the same bytes twice", () => {
    expect(encrypt("a", "c", key).equals(encrypt("a", "c", key))).toBe(false);
  });
  it("refuses another context, another key, and any flipped byte", () => {
    const sealed = encrypt("secret", "session 1", key);
    expect(() => decrypt(sealed, "session 2", key)).toThrow();
    expect(() => decrypt(sealed, "session 1", derivedKey("other", "master"))).toThrow();
    for (let index = 0; index < sealed.length; index += 1) {
      const broken = Buffer.from(sealed);
      broken[index] = (broken[index] ?? 0) ^ 1;
      expect(() => decrypt(broken, "session 1", key)).toThrow();
    }
  });
});

it("random ids have 256 bits and the grammar that cookies are checked against", () => {
  const ids = new Set(Array.from({ length: 1000 }, randomId));
  expect(ids.size).toBe(1000);
  for (const id of ids) expect(id).toMatch(/^[A-Za-z0-9_-]{43}$/);
  expect(sha256("abc").toString("hex")).toMatch(/^ba7816bf/);
});
