import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes } from "node:crypto";
import { secret } from "./env.ts";

export const sha256 = (text: string): Buffer => createHash("sha256").update(text).digest();

/** 256 random bits in 43 characters that need no escaping anywhere. */
export const randomId = (): string => randomBytes(32).toString("base64url");

/** Keys for different uses never coincide: each is derived from the one session key by its purpose. */
export function derivedKey(purpose: string, master = secret("session_key")): Buffer {
  return Buffer.from(hkdfSync("sha256", master, "", `taylordash ${purpose}`, 32));
}

/** AES-256-GCM; the answer is nonce (12 bytes), tag (16 bytes), ciphertext. `context` must match when decrypting. */
export function encrypt(plain: string, context: string, key = derivedKey("tokens")): Buffer {
  const nonce = randomBytes(12);
  const cipher = createCipheriv("aes-256-gcm", key, nonce).setAAD(Buffer.from(context));
  const body = Buffer.concat([cipher.update(plain, "utf8"), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), body]);
}

/** @throws Error when the key, the context or a byte differs. */
export function decrypt(sealed: Buffer, context: string, key = derivedKey("tokens")): string {
  const decipher = createDecipheriv("aes-256-gcm", key, sealed.subarray(0, 12)).setAAD(Buffer.from(context));
  decipher.setAuthTag(sealed.subarray(12, 28));
  return Buffer.concat([decipher.update(sealed.subarray(28)), decipher.final()]).toString("utf8");
}
