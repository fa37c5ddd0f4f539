/**
 * The bidder's key file (protocols 0.3): one line `TIANPING-KEY-1...`, wrapped with a passphrase.
 *
 * In: a file and its passphrase, or a fresh seed. Out: the seed, or the file. Never: a key that
 * leaves the page unwrapped.
 */
import { Decrypter, Encrypter, armor, bech32 } from "../vendor/age.js";
import { Flaw, ensure, fromUtf8 } from "./canon.js";

const PREFIX = "TIANPING-KEY-";
/** Shorter passphrases can be guessed by whoever finds the file. */
export const PASSPHRASE_MIN = 12;

/** @returns {Uint8Array} a new seed of 32 random bytes */
export const newSeed = () => crypto.getRandomValues(new Uint8Array(32));

/** @param {Uint8Array} seed */
export const toText = (seed) => bech32.encodeFromBytes(PREFIX, seed).toUpperCase();

/** @param {string} text the one line @returns {Uint8Array} */
export function fromText(text) {
  let found;
  try {
    found = bech32.decodeToBytes(text);
  } catch {
    throw new Flaw("key file: not Bech32");
  }
  ensure(text === text.toUpperCase(), "key file: not upper case");
  ensure(found.prefix.toUpperCase() === PREFIX, "key file: another prefix");
  ensure(found.bytes.length === 32, "key file: not 32 bytes");
  return found.bytes;
}

/**
 * Wraps as `age -p` does. Blocks for about two seconds: scrypt is slow on purpose.
 * @param {Uint8Array} seed
 * @param {string} passphrase
 * @returns {Promise<Uint8Array>}
 */
export async function wrap(seed, passphrase) {
  ensure(passphrase.length >= PASSPHRASE_MIN, "passphrase: too short");
  const encrypter = new Encrypter();
  encrypter.setPassphrase(passphrase);
  return encrypter.encrypt(`${toText(seed)}\n`);
}

/**
 * @param {Uint8Array} file binary or armored age, or the bare line
 * @param {string} passphrase
 * @returns {Promise<Uint8Array>} the seed
 */
export async function unwrap(file, passphrase) {
  const start = new TextDecoder().decode(file.subarray(0, 64));
  if (start.startsWith(PREFIX)) return fromText(fromUtf8(file).trimEnd());
  const decrypter = new Decrypter();
  decrypter.addPassphrase(passphrase);
  let text;
  try {
    const wrapped = start.startsWith("-----BEGIN") ? armor.decode(fromUtf8(file)) : file;
    text = await decrypter.decrypt(wrapped, "text");
  } catch (error) {
    throw new Flaw(`key file: ${error.message}`);
  }
  return fromText(text.trimEnd());
}
