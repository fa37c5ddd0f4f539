/**
 * The age profile (protocols 0.4) and padded lengths (0.5).
 *
 * In: a recipient from outside, or one identity, and bytes or a stream. Out: binary age v1, or the
 * plaintext. Never: encryption to a point of small order, a header with several X25519 stanzas.
 */
import { Decrypter, Encrypter, bech32, x25519 } from "../vendor/age.js";
import { Flaw, ensure } from "./canon.js";
import { littleEndian } from "./sig.js";

/** 2^255 - 19. */
export const P = 2n ** 255n - 19n;
const HEADER_MAX = 65536;
/** More than the `---` line with its MAC can take. */
const LAST_LINE_MAX = 64;

/** The least length a plaintext of a kind is padded to, in bytes. */
export const FLOOR = { price: 4096, docs: 1048576, draw: 512 };

/** @param {number} len @param {number} floor @returns {number} Padmé(len, floor) */
export function padme(len, floor) {
  if (len <= floor) return floor;
  const e = BigInt(len).toString(2).length - 1;
  const s = e.toString(2).length;
  const step = 2 ** (e - s);
  return Math.ceil(len / step) * step;
}

/**
 * @param {unknown} text from outside
 * @returns {Uint8Array} u, little-endian
 * @throws {Flaw} not lower-case Bech32 `age` of 32 bytes, u >= p, or small order
 */
export function recipient(text) {
  let found;
  try {
    found = bech32.decodeToBytes(/** @type {string} */ (text));
  } catch {
    throw new Flaw("recipient: not Bech32");
  }
  ensure(text === text.toLowerCase() && found.prefix === "age", "recipient: another prefix");
  ensure(found.bytes.length === 32, "recipient: not 32 bytes");
  ensure(littleEndian(found.bytes) < P, "recipient: u is not below 2^255-19");
  try {
    // a clamped scalar is a multiple of the cofactor: the library refuses the zero it gives
    x25519.scalarMult(new Uint8Array(32), found.bytes);
  } catch {
    throw new Flaw("recipient: small order");
  }
  return found.bytes;
}

/**
 * @param {string} to checked before anything is encrypted
 * @param {Uint8Array | ReadableStream} plain
 * @returns {Promise<any>} bytes for bytes, a stream for a stream
 */
export async function encrypt(to, plain) {
  recipient(to);
  const encrypter = new Encrypter();
  encrypter.addRecipient(to);
  return encrypter.encrypt(plain);
}

/**
 * @param {string} identity
 * @param {Blob} sealed
 * @returns {Promise<ReadableStream>} the plaintext; it fails where the file does
 */
export async function decrypt(identity, sealed) {
  const start = await sealed.slice(0, HEADER_MAX + LAST_LINE_MAX).arrayBuffer();
  checkHeader(new Uint8Array(start));
  const decrypter = new Decrypter();
  decrypter.addIdentity(identity);
  try {
    return await decrypter.decrypt(sealed.stream());
  } catch (error) {
    throw new Flaw(`age: ${error.message}`);
  }
}

/** @param {Uint8Array} start the first bytes of an age file */
function checkHeader(start) {
  const text = Array.from(start, (byte) => String.fromCharCode(byte)).join("");
  const end = text.indexOf("\n---") + 1;
  ensure(text.startsWith("age-encryption.org/v1\n"), "age: first line");
  ensure(end > 0 && end <= HEADER_MAX, "age: header too long");
  const types = text.slice(0, end).split("\n").filter((line) => line.startsWith("-> "))
    .map((line) => line.split(" ")[1]);
  ensure(types.filter((type) => type === "X25519").length === 1, "age: not exactly one X25519 stanza");
  ensure(!types.includes("scrypt"), "age: a scrypt stanza");
}

/** @param {ReadableStream} stream @returns {AsyncGenerator<Uint8Array>} its pieces */
export async function* pieces(stream) {
  const reader = stream.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } catch (error) {
    throw error instanceof Flaw ? error : new Flaw(`age: ${error.message}`);
  } finally {
    reader.releaseLock();
  }
}
