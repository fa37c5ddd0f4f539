/**
 * Events, receipts and acknowledgements (protocols C.2, C.3, C.6).
 *
 * In: a tlog-proof or an ack with the reader's own trust file. Out: what the journal says, with
 * its times. Never: a receipt believed without signature, quorum and inclusion.
 */
import {
  ascending, atLeast, ensure, exact, fromBase64, fromHex, hash, isArray, isHash, isInt, isObject,
  isText, isToken, read, sameBytes, toHex, utf8, write,
} from "./canon.js";
import { leafHash, rootFromPath } from "./merkle.js";
import { checkCheckpoint } from "./policy.js";
import { openBy } from "./sig.js";

const HASHES_MAX = 63;
const LABEL = /^[a-z][a-z0-9_.-]{0,127}$/;

/** @param {any} ev @returns {any} the event, exactly in form */
export function event(ev) {
  exact(ev, "event/1", {
    tx: isToken, n: atLeast(0), prev: isHash, ts: isInt, act: isText, actor: isToken,
    refs: isArray,
  });
  ensure(ev.refs.length <= 1000, "event: too many refs");
  for (const ref of ev.refs) exact(ref, null, { k: (v) => isText(v) && LABEL.test(v), h: isHash });
  const sorted = ev.refs.every((ref, i) => i === 0 || ascending(ev.refs[i - 1].k, ref.k) < 0);
  ensure(sorted, "event: refs not ascending");
  ensure((ev.n === 0) === (ev.prev === "0".repeat(64)), "event: prev is zeros for n = 0 and only there");
  return ev;
}

/** @param {any} ev @param {string} salt hex64 @returns {string} c */
export const eventHash = (ev, salt) => toHex(hash(utf8("tianping-leaf/1\n"), fromHex(salt), write(ev)));

/**
 * Whether an event refers to a payload.
 * @param {any} ev
 * @param {string} label
 * @param {string} salt hex64 of the ref
 * @param {Uint8Array} payload
 */
export function refersTo(ev, label, salt, payload) {
  const h = toHex(hash(utf8("tianping-ref/1\n"), fromHex(salt), payload));
  return ev.refs.some((ref) => ref.k === label && ref.h === h);
}

/**
 * Verifies a receipt.
 * @param {string} text tlog-proof@v1
 * @param {any} policy of `parsePolicy`
 * @returns {{ev: any, c: string, ts: number, index: number, size: number, origin: string,
 *   quorumMs: number, witnessed: boolean}} ts = the tick, ms
 */
export function checkReceipt(text, policy) {
  const split = text.indexOf("\n\n");
  ensure(split >= 0, "receipt: form");
  const [first, extraLine, indexLine, ...lines] = text.slice(0, split).split("\n");
  ensure(first === "c2sp.org/tlog-proof@v1", "receipt: first line");
  ensure(extraLine?.startsWith("extra "), "receipt: extra");
  const extra = read(fromBase64(extraLine.slice(6)));
  exact(extra, "receipt/1", { ev: isObject, salt: isHash, ts: isInt });
  const [, digits] = /^index (0|[1-9][0-9]{0,15})$/.exec(indexLine ?? "") ?? [];
  ensure(digits !== undefined && isInt(Number(digits)), "receipt: index");
  ensure(lines.length <= HASHES_MAX, "receipt: more than 63 hashes");
  const path = lines.map(fromBase64);
  ensure(path.every((node) => node.length === 32), "receipt: hash length");

  const index = Number(digits);
  const checkpoint = checkCheckpoint(text.slice(split + 2), policy, extra.ts);
  const c = eventHash(event(extra.ev), extra.salt);
  const leaf = leafHash(write({ t: "leaf/1", c, ts: extra.ts }));
  const found = rootFromPath(leaf, index, checkpoint.size, path);
  ensure(sameBytes(found, checkpoint.root), "receipt: not in the tree");
  const { origin, size, quorumMs, witnessed } = checkpoint;
  return { ev: extra.ev, c, ts: extra.ts, index, size, origin, quorumMs, witnessed };
}

/**
 * Verifies an acknowledgement.
 * @param {any} ack signed/1 over ack/1
 * @param {any} policy of `parsePolicy`
 * @returns {any} ack/1
 */
export function checkAck(ack, policy) {
  const log = policy.logs.find(({ name }) => name === ack?.x?.origin);
  ensure(log !== undefined, "ack: another origin");
  return exact(openBy(ack, log.key), "ack/1", {
    origin: isText, c: isHash, tx: isToken, n: atLeast(0), ts: isInt, x: isHash,
  });
}

/** Whether a receipt is the one an acknowledgement promised. */
export function sameEvent(receipt, ack) {
  const { ev } = receipt;
  return receipt.c === ack.c && receipt.origin === ack.origin && ev.tx === ack.tx && ev.n === ack.n
    && ev.ts === ack.ts && receipt.ts >= ack.ts;
}
