/**
 * Canonical JSON (protocols 0.2), bytes and digests.
 *
 * In: a value, or bytes. Out: the only bytes that stand for a value, its digest, or a `Flaw`.
 * Never: two byte forms of one object, a float, an absent or an extra member.
 */
import { base64, hex, sha256 } from "../vendor/age.js";

const DEPTH_MAX = 16;
const TYPE_NAME = /^[a-z][a-z0-9.]{0,31}\/[1-9][0-9]{0,3}$/;
const KEY = /^[a-z][a-z0-9_]{0,31}$/;
/** A lone half of a surrogate pair: what `isWellFormed` finds, also in older browsers. */
const LONE_SURROGATE = /\p{Surrogate}/u;
const strictUtf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Why bytes or an object are refused: a sentence for a developer or an auditor. */
export class Flaw extends Error {}

/**
 * @param {unknown} holds
 * @param {string} reason
 * @throws {Flaw} unless it holds
 */
export function ensure(holds, reason) {
  if (!holds) throw new Flaw(reason);
}

/** @param {string} text @returns {Uint8Array} */
export const utf8 = (text) => new TextEncoder().encode(text);

/** @param {Uint8Array} bytes @returns {string} the text, refused unless it is UTF-8 */
export function fromUtf8(bytes) {
  try {
    return strictUtf8.decode(bytes);
  } catch {
    throw new Flaw("not UTF-8");
  }
}

/** @param {...Uint8Array} pieces */
export function concat(...pieces) {
  const out = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    out.set(piece, at);
    at += piece.length;
  }
  return out;
}

/** @param {Uint8Array} a @param {Uint8Array} b */
export const sameBytes = (a, b) => a.length === b.length && a.every((byte, i) => byte === b[i]);

/** @param {...Uint8Array} pieces @returns {Uint8Array} SHA-256 of the pieces in a row */
export function hash(...pieces) {
  const hasher = sha256.create();
  for (const piece of pieces) hasher.update(piece);
  return hasher.digest();
}

/** @param {Uint8Array} bytes */
export const toHex = (bytes) => hex.encode(bytes);
/** @param {string} text lower-case hexadecimal, checked by `isHash` or by the caller */
export const fromHex = (text) => hex.decode(text);
/** @param {Uint8Array} bytes */
export const toBase64 = (bytes) => base64.encode(bytes);

/** @param {unknown} text @returns {Uint8Array} refused unless padded, canonical base64 */
export function fromBase64(text) {
  let bytes;
  try {
    bytes = base64.decode(/** @type {string} */ (text));
  } catch {
    throw new Flaw("not base64");
  }
  ensure(base64.encode(bytes) === text, "base64 is not canonical");
  return bytes;
}

/** Compares two ASCII names by their bytes, as `sort` wants it. @param {string} a @param {string} b */
export const ascending = (a, b) => (a < b ? -1 : a > b ? 1 : 0);

// ---- what a member may be -------------------------------------------------------------------

export const isText = (v) => typeof v === "string";
export const isInt = (v) => Number.isSafeInteger(v) && !Object.is(v, -0);
/** @param {number} least */
export const atLeast = (least) => (v) => isInt(v) && v >= least;
export const isToken = (v) => isText(v) && /^[0-9A-Za-z][0-9A-Za-z._-]{0,63}$/.test(v);
export const isDuty = (v) => isText(v) && /^[a-z][a-z0-9-]{0,15}$/.test(v);
export const isHash = (v) => isText(v) && /^[0-9a-f]{64}$/.test(v);
export const isArray = Array.isArray;
export const isObject = (v) => typeof v === "object" && v !== null && !isArray(v);
/** @param {(v: unknown) => boolean} test */
export const orNull = (test) => (v) => v === null || test(v);

/**
 * Refuses an object that is not exactly `t` and the members named, each passing its test.
 * @param {any} value
 * @param {string | null} t null for an object without "t"
 * @param {Record<string, (v: any) => boolean>} members
 */
export function exact(value, t, members) {
  const name = t ?? "object";
  ensure(isObject(value), `${name}: not an object`);
  ensure(t === null || value.t === t, `t is ${JSON.stringify(value.t)}, not ${name}`);
  const count = Object.keys(members).length + (t === null ? 0 : 1);
  ensure(Object.keys(value).length === count, `${name}: members`);
  for (const [key, test] of Object.entries(members)) {
    ensure(Object.hasOwn(value, key) && test(value[key]), `${name}: member ${key}`);
  }
  return value;
}

// ---- canonical bytes --------------------------------------------------------------------------

function writeText(text) {
  ensure(!LONE_SURROGATE.test(text), "lone surrogate");
  return JSON.stringify(text);
}

function writeValue(value, enclosing) {
  ensure(enclosing <= DEPTH_MAX, "nested too deep");
  if (value === null || typeof value === "boolean") return String(value);
  if (typeof value === "number") {
    ensure(Number.isSafeInteger(value), `not an integer of CJ: ${value}`);
    return String(value);
  }
  if (isText(value)) return writeText(value);
  if (isArray(value)) return `[${value.map((item) => writeValue(item, enclosing + 1)).join(",")}]`;
  ensure(isObject(value), `not a value of CJ: ${typeof value}`);
  const members = Object.keys(value).sort().map((key) => {
    ensure(KEY.test(key), `bad key: ${JSON.stringify(key)}`);
    return `${writeText(key)}:${writeValue(value[key], enclosing + 1)}`;
  });
  return `{${members.join(",")}}`;
}

/**
 * The canonical bytes of an object.
 * @param {any} value
 * @returns {Uint8Array}
 * @throws {Flaw} no "t", a float, a bad key, a lone surrogate, nesting beyond 16
 */
export function write(value) {
  ensure(isObject(value) && isText(value.t) && TYPE_NAME.test(value.t), "no or bad t");
  return utf8(writeValue(value, 0));
}

/**
 * Parses bytes and refuses every byte form but the canonical one.
 * @param {Uint8Array} bytes
 * @returns {any}
 * @throws {Flaw}
 */
export function read(bytes) {
  let value;
  try {
    value = JSON.parse(fromUtf8(bytes));
  } catch {
    throw new Flaw("not JSON");
  }
  ensure(sameBytes(write(value), bytes), "not in canonical form");
  return value;
}

/** @param {any} value @returns {string} hex of SHA-256 of the canonical bytes */
export const digest = (value) => toHex(hash(write(value)));
