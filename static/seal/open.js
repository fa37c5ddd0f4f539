/**
 * Opening an envelope (protocols A.7): what the layers' holders will do with it.
 *
 * In: a head, its envelope and the identities of all layers. Out: the part's key, or the code of
 * the first failing step. Never: a lax reading of what the holders read strictly.
 */
import { bech32, identityToRecipient } from "../vendor/age.js";
import { Flaw, digest, exact, isText, read } from "./canon.js";
import { decrypt } from "./profile.js";

const IDENTITY = /^AGE-SECRET-KEY-1[QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L]{58}$/;

/** A step of the opening that fails, with its code. */
export class Fault extends Flaw {
  /** @param {string} code @param {string} reason */
  constructor(code, reason) {
    super(`${code}: ${reason}`);
    this.code = code;
  }
}

/**
 * @param {any} hd bid.part/1
 * @param {Uint8Array} env
 * @param {string[]} identities of the layers, layer 1 first
 * @returns {Promise<string>} the part's key
 * @throws {Fault} E-ENV, E-CTX, E-KEY
 */
export async function openEnvelope(hd, env, identities) {
  let blob;
  try {
    let sealed = env;
    for (const identity of [...identities].reverse()) {
      const plain = await decrypt(identity, new Blob([sealed]));
      sealed = new Uint8Array(await new Response(plain).arrayBuffer());
    }
    blob = exact(read(sealed), "bid.key/1", { ctx: isText, key: isText });
  } catch (error) {
    throw new Fault("E-ENV", error.message);
  }
  if (blob.ctx !== digest(hd)) throw new Fault("E-CTX", "the envelope belongs to another head");
  if (!isIdentity(blob.key) || await identityToRecipient(blob.key) !== hd.pub) {
    throw new Fault("E-KEY", "not the key of this part");
  }
  return blob.key;
}

function isIdentity(text) {
  try {
    return IDENTITY.test(text) && bech32.decodeToBytes(text).bytes.length === 32;
  } catch {
    return false;
  }
}
