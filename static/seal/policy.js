/**
 * `log.policy` (C2SP tlog-policy) and the checkpoints it accepts (protocols C.4, C.5).
 *
 * In: the reader's own trust file and a signed note. Out: origin, size, root and quorum time.
 * Never: a key from the server, a witness counted twice, the log as its own witness.
 */
import { ensure, fromBase64, fromUtf8, hash, toHex, utf8 } from "./canon.js";
import { isPublicKey, verifyBytes } from "./sig.js";

export const LOG_TYPE = 1;
const WITNESS_TYPE = 4;
const COUNT = /^[1-9][0-9]{0,15}$/;
const SIGNATURES_MAX = 100;

/**
 * @param {string} text `<name>+<key id>+<base64 of type and key>`
 * @param {number} type the one expected
 * @returns {{name: string, id: string, key: Uint8Array}}
 */
export function vkey(text, type) {
  const [, name, id, encoded] = /^([^\s+]+)\+([0-9a-f]{8})\+(\S+)$/.exec(text) ?? [];
  ensure(name !== undefined, "vkey: form");
  const bytes = fromBase64(encoded);
  ensure(bytes.length === 33 && bytes[0] === type, "vkey: type or length");
  ensure(toHex(hash(utf8(`${name}\n`), bytes).subarray(0, 4)) === id, "vkey: key id");
  ensure(isPublicKey(bytes.subarray(1)), "vkey: not a canonical point");
  return { name, id, key: bytes.subarray(1) };
}

/**
 * @param {string} text of log.policy
 * @returns {{logs: any[], witnesses: Map<string, any>, groups: Map<string, any>, quorum: string}}
 */
export function parsePolicy(text) {
  ensure(/^[\t\n\x20-\x7e\x80-\uffff]*\n$/.test(text), "policy: a control character, or no last LF");
  const policy = { logs: [], witnesses: new Map(), groups: new Map(), quorum: "" };
  for (const line of text.split("\n")) {
    const words = line.trim().split(/[ \t]+/);
    if (words[0] !== "" && !words[0].startsWith("#")) readLine(policy, words);
  }
  ensure(policy.logs.length > 0, "policy: no log");
  ensure(policy.quorum !== "", "policy: no quorum");
  const keys = [...policy.logs, ...policy.witnesses.values()].map(({ key }) => toHex(key));
  ensure(new Set(keys).size === keys.length, "policy: a key twice");
  return policy;
}

function readLine(policy, [word, ...rest]) {
  const known = (name) => policy.witnesses.has(name) || policy.groups.has(name);
  if (word === "log") {
    ensure(rest.length === 1 || rest.length === 2, "policy: log");
    policy.logs.push(vkey(rest[0], LOG_TYPE));
  } else if (word === "witness") {
    ensure(rest.length === 2 || rest.length === 3, "policy: witness");
    ensure(rest[0] !== "none" && !known(rest[0]), "policy: name twice");
    policy.witnesses.set(rest[0], vkey(rest[1], WITNESS_TYPE));
  } else if (word === "group") {
    const [name, count, ...members] = rest;
    ensure(members.length > 0 && name !== "none" && !known(name), "policy: group");
    ensure(members.every(known) && new Set(members).size === members.length, "policy: members");
    const taken = [...policy.groups.values()].flatMap((group) => group.members);
    ensure(!members.some((member) => taken.includes(member)), "policy: member of two groups");
    const need = { any: "1", all: String(members.length) }[count] ?? count;
    ensure(COUNT.test(need) && Number(need) <= members.length, "policy: threshold");
    policy.groups.set(name, { need: Number(need), members });
  } else {
    ensure(word === "quorum" && rest.length === 1 && policy.quorum === "", "policy: unknown line");
    ensure(rest[0] === "none" || known(rest[0]), "policy: quorum");
    policy.quorum = rest[0];
  }
}

function satisfied(policy, name, present) {
  const group = policy.groups.get(name);
  if (group === undefined) return present.has(name);
  return group.members.filter((member) => satisfied(policy, member, present)).length >= group.need;
}

/**
 * Verifies a checkpoint: log signature, quorum, no extension lines.
 * @param {string} note
 * @param {ReturnType<typeof parsePolicy>} policy
 * @param {number} tick ms, the quorum time where the policy names no witness
 * @returns {{origin: string, size: number, root: Uint8Array, quorumMs: number, witnessed: boolean}}
 */
export function checkCheckpoint(note, policy, tick) {
  const split = note.lastIndexOf("\n\n");
  ensure(split >= 0 && /^[\n\x20-\uffff]*\n$/.test(note), "checkpoint: form");
  const body = note.slice(0, split + 1);
  const lines = body.split("\n");
  ensure(lines.length === 4, "checkpoint: lines");
  const [origin, sizeText, rootText] = lines;
  ensure(sizeText === "0" || COUNT.test(sizeText), "checkpoint: size");
  const size = Number(sizeText);
  ensure(Number.isSafeInteger(size), "checkpoint: size");
  const root = fromBase64(rootText);
  ensure(root.length === 32, "checkpoint: root");

  const signatures = note.slice(split + 2, -1).split("\n").map(readSignature);
  ensure(signatures.length <= SIGNATURES_MAX, "checkpoint: too many signatures");
  const log = policy.logs.find(({ name }) => name === origin);
  ensure(log !== undefined, "checkpoint: another origin");
  const own = signatures.filter((signature) => isBy(signature, log));
  ensure(own.length > 0, "checkpoint: no log signature");
  // lines of unknown keys are ignored; a wrong line of a known key refuses the note
  ensure(own.every(({ bytes }) => verifyBytes(log.key, utf8(body), bytes)), "checkpoint: log signature");
  const times = cosignatures(policy, body, signatures);
  const quorumMs = policy.quorum === "none" ? tick : quorumTime(policy, times);
  ensure(quorumMs !== null, "checkpoint: witness quorum");
  return { origin, size, root, quorumMs, witnessed: policy.quorum !== "none" };
}

function readSignature(line) {
  const [, name, encoded] = /^\u2014 (\S+) (\S+)$/.exec(line) ?? [];
  ensure(name !== undefined, "note: signature line");
  const blob = fromBase64(encoded);
  ensure(blob.length > 4, "note: signature line");
  return { name, id: toHex(blob.subarray(0, 4)), bytes: blob.subarray(4) };
}

const isBy = (signature, key) => signature.name === key.name && signature.id === key.id;

/** The cosignatures of known witnesses, each with its time in ms. */
function cosignatures(policy, body, signatures) {
  return [...policy.witnesses].flatMap(([name, key]) => signatures
    .filter((signature) => isBy(signature, key))
    .map(({ bytes }) => {
      ensure(bytes.length === 72, "cosignature: length");
      const time = new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0);
      const message = utf8(`cosignature/v1\ntime ${time}\n${body}`);
      ensure(verifyBytes(key.key, message, bytes.subarray(8)), `cosignature of ${name}`);
      return { name, ms: Number(time) * 1000 };
    }));
}

/** The largest time such that the cosignatures not before it satisfy the quorum, in ms. */
function quorumTime(policy, times) {
  const present = new Set();
  for (const { name, ms } of times.sort((a, b) => b.ms - a.ms)) {
    present.add(name);
    if (satisfied(policy, policy.quorum, present)) return ms;
  }
  return null;
}

/** @param {Uint8Array} bytes @returns {ReturnType<typeof parsePolicy>} */
export const readPolicy = (bytes) => parsePolicy(fromUtf8(bytes));
