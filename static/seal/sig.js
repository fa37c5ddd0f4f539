/**
 * Signatures (protocols 0.3): `sig/1`, `signed/1`, strict Ed25519.
 *
 * In: an object and a seed, or a `signed/1` and the key it must carry. Out: the signature, or the
 * object signed. Never: a key taken from the object itself, a lax verification.
 */
import { ed25519, sha512 } from "../vendor/age.js";
import {
  concat, ensure, exact, fromBase64, hash, isHash, isObject, isText, sameBytes, toBase64, toHex, utf8,
  write,
} from "./canon.js";

const CONTEXT = utf8("tianping-sig/1\n");
const { Point } = ed25519;
const { Fn } = Point;

/** @param {Uint8Array} bytes @returns {any} a canonical point not of small order, or null */
function point(bytes) {
  try {
    const found = Point.fromBytes(bytes, false);
    return found.isSmallOrder() ? null : found;
  } catch {
    return null;
  }
}

/** @param {Uint8Array} bytes @returns {boolean} whether they are a key that may sign */
export const isPublicKey = (bytes) => bytes.length === 32 && point(bytes) !== null;

/**
 * RFC 8032 without the cofactor, s < L, A and R canonical and not of small order: what strict
 * verifiers elsewhere accept, bit for bit.
 * @param {Uint8Array} key
 * @param {Uint8Array} message
 * @param {Uint8Array} signature
 */
export function verifyBytes(key, message, signature) {
  if (key.length !== 32 || signature.length !== 64) return false;
  const [r, s] = [signature.subarray(0, 32), signature.subarray(32)];
  const scalar = littleEndian(s);
  const a = point(key);
  if (a === null || point(r) === null || scalar >= Fn.ORDER) return false;
  const k = littleEndian(sha512(concat(r, key, message))) % Fn.ORDER;
  const found = Point.BASE.multiplyUnsafe(scalar).subtract(a.multiplyUnsafe(k));
  return sameBytes(found.toBytes(), r);
}

/** @param {Uint8Array} bytes @returns {bigint} */
export function littleEndian(bytes) {
  return BigInt(`0x${toHex(Uint8Array.from(bytes).reverse())}`);
}

/** @param {Uint8Array} seed 32 bytes @returns {Uint8Array} the public key */
export const publicKey = (seed) => ed25519.getPublicKey(seed);

/** @param {Uint8Array} key @returns {string} its name in `sig/1` */
export const kid = (key) => toHex(hash(key));

/**
 * @param {any} x the object to sign
 * @param {Uint8Array} seed
 * @returns {any} signed/1
 */
export function sign(x, seed) {
  const cert = publicKey(seed);
  const sig = {
    t: "sig/1",
    alg: "ed25519",
    kid: kid(cert),
    sig: toBase64(ed25519.sign(concat(CONTEXT, write(x)), seed)),
    cert: toBase64(cert),
  };
  return { t: "signed/1", x, sig };
}

/**
 * Verifies a `signed/1`; whether its key is the right one is the caller's question.
 * @param {any} signed
 * @returns {{x: any, key: Uint8Array}}
 */
export function open(signed) {
  exact(signed, "signed/1", { x: isObject, sig: isObject });
  const { x, sig } = signed;
  exact(sig, "sig/1", { alg: isText, kid: isHash, sig: isText, cert: isText });
  ensure(sig.alg === "ed25519", `sig alg ${sig.alg} is not accepted`);
  const key = fromBase64(sig.cert);
  ensure(kid(key) === sig.kid, "kid is not the digest of cert");
  const verified = verifyBytes(key, concat(CONTEXT, write(x)), fromBase64(sig.sig));
  ensure(verified, "signature does not verify");
  return { x, key };
}

/**
 * Verifies that `key` signed.
 * @param {any} signed
 * @param {Uint8Array} key
 * @returns {any} the object signed
 */
export function openBy(signed, key) {
  const found = open(signed);
  ensure(sameBytes(found.key, key), "signed by another key");
  return found.x;
}
