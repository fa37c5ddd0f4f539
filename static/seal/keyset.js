/**
 * Key sets (protocols A.3): is it safe to seal to these layers?
 *
 * In: a `<stage>.keyset` file and the reader's own trust files. Out: its layers, checked. Never: a
 * key, a duty or a receipt believed because the server sent it.
 *
 * The page checks what a bidder depends on. Whether the commitments lie in the right subgroup and
 * the boxes open is what the custodians' acknowledgements, checked here, say; that algebra is done
 * by the commands (`tianping verify keyset`).
 */
import {
  atLeast, digest, ensure, exact, fromBase64, fromHex, isArray, isDuty, isHash, isInt, isObject, isText,
  isToken, read, write,
} from "./canon.js";
import { policyFault } from "./parties.js";
import { P, recipient } from "./profile.js";
import { checkReceipt, refersTo } from "./receipt.js";
import { littleEndian, openBy } from "./sig.js";

const CUSTODIANS_MAX = 16;
/** The neutral element, compressed. */
const NEUTRAL = `01${"00".repeat(31)}`;

/**
 * @param {Uint8Array} bytes of the file
 * @param {{parties: any, policy: any}} trust of `readParties` and `parsePolicy`
 * @returns {ReturnType<typeof checkPack>}
 */
export const readPack = (bytes, trust) => checkPack(read(bytes), trust);

/**
 * Runs every check of A.3 that needs no point algebra.
 * @param {any} pack keyset.pack/1
 * @param {{parties: any, policy: any}} trust
 * @returns {{id: string, keyset: any, recipients: string[], receipt: any}} layer 1 first
 */
export function checkPack(pack, { parties, policy }) {
  exact(pack, "keyset.pack/1", { keyset: isObject, keys: isArray, acks: isArray, salt: isHash, receipt: isText });
  const { keyset, keys, acks } = pack;
  exact(keyset, "keyset/1", {
    tender: isToken, lot: isToken, stage: isToken, not_before: isInt, parties: isHash,
    grace: atLeast(0), layers: isArray,
  });
  const { layers } = keyset;
  ensure(keyset.parties === parties.id, "pack: other parties.json");
  const even = layers.length > 0 && keys.length === layers.length && acks.length === layers.length;
  ensure(even, "pack: layers, keys and acks are not equally many");
  const escrows = layers.map((layer, i) => checkLayer(keyset, layer, keys[i], acks[i], parties));
  const recipients = layers.map((layer) => layer.recipient);
  ensure(new Set(recipients).size === recipients.length, "pack: recipient twice");

  const receipt = checkReceipt(pack.receipt, policy);
  ensure(receipt.ev.act === "keyset.frozen", "pack: receipt of another act");
  ensure(refersTo(receipt.ev, "keyset", pack.salt, write(keyset)), "pack: receipt of another key set");
  const fault = policyFault(escrows, (duty) => parties.byDuty.get(duty)?.org);
  ensure(fault === null, `pack: policy: ${fault}`);
  return { id: digest(keyset), keyset, recipients, receipt };
}

function checkLayer(keyset, layer, signedKey, signedAcks, parties) {
  exact(layer, null, { duty: isDuty, recipient: isText, key: isHash, acks: isArray });
  const key = openBy(signedKey, keyOf(parties, layer.duty));
  checkKey(key);
  const same = ["tender", "lot", "stage", "not_before"].every((name) => key[name] === keyset[name])
    && key.duty === layer.duty && key.recipient === layer.recipient && digest(key) === layer.key;
  ensure(same, "pack: key of another layer");
  const { to, t } = key.escrow;
  ensure(isArray(signedAcks) && signedAcks.length === to.length, "pack: acks");
  ensure(layer.acks.length === to.length, "pack: acks");
  signedAcks.forEach((signed, at) => {
    const ack = openBy(signed, keyOf(parties, to[at]));
    exact(ack, "seal.ack/1", {
      tender: (v) => v === keyset.tender, lot: (v) => v === keyset.lot, stage: (v) => v === keyset.stage,
      duty: (v) => v === layer.duty, key: (v) => v === layer.key, i: (v) => v === at + 1,
      to: (v) => v === to[at], ok: (v) => v === true,
    });
    ensure(digest(ack) === layer.acks[at], "pack: ack of another key");
  });
  return { duty: layer.duty, t, to };
}

/** @returns {Uint8Array} the signing key of a duty, from the reader's own parties.json */
function keyOf(parties, duty) {
  const key = parties.byDuty.get(duty)?.key;
  ensure(key, `pack: parties.json has no key of ${duty}`);
  return key;
}

/** The form of a seal.key/1 and what can be told of its escrow without point algebra. */
function checkKey(key) {
  exact(key, "seal.key/1", {
    tender: isToken, lot: isToken, stage: isToken, duty: isDuty, suite: (v) => v === "age-x25519/1",
    not_before: isInt, recipient: isText, point: isHash, escrow: isObject,
  });
  exact(key.escrow, null, { t: atLeast(2), to: isArray, commits: isArray, boxes: isArray });
  const { t, to, commits, boxes } = key.escrow;
  const custodians = to.every(isDuty) && new Set(to).size === to.length && !to.includes(key.duty);
  ensure(custodians && t <= to.length && to.length <= CUSTODIANS_MAX, "seal.key: escrow");
  ensure(commits.length === t && commits.every(isHash) && boxes.length === to.length, "seal.key: escrow");
  boxes.forEach(fromBase64);
  ensure(commits.every((commit) => commit !== NEUTRAL), "seal.key: commitment");
  ensure(key.point === commits[0], "seal.key: point");
  ensure(isPointOf(commits[0], littleEndian(recipient(key.recipient))), "seal.key: point of another recipient");
}

/** Whether u is the Montgomery form of a compressed point: u = (1+y)/(1-y) mod p. */
function isPointOf(compressed, u) {
  const y = littleEndian(fromHex(compressed)) & (2n ** 255n - 1n);
  return y < P && (u * (1n - y) - (1n + y)) % P === 0n;
}
