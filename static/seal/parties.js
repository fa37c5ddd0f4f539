/**
 * `parties.json` (protocols 0.6): who holds which duty, with which keys.
 *
 * In: the bytes of the reader's own file. Out: its parties by duty, and its digest. Never: a file
 * that is unsorted, names a duty twice, or carries an unsafe key.
 */
import { ascending, digest, ensure, exact, isArray, isDuty, isText, orNull, read } from "./canon.js";
import { LOG_TYPE, vkey } from "./policy.js";
import { recipient } from "./profile.js";

/**
 * @param {Uint8Array} bytes
 * @returns {{id: string, byDuty: Map<string, {org: string, key: Uint8Array | null, box: string | null}>}}
 */
export function readParties(bytes) {
  const file = read(bytes);
  exact(file, "parties/1", { parties: isArray });
  const byDuty = new Map();
  let before = "";
  for (const party of file.parties) {
    exact(party, null, { duty: isDuty, org: isText, key: orNull(isText), box: orNull(isText) });
    ensure(ascending(before, party.duty) < 0, "parties: not ascending");
    before = party.duty;
    if (party.box !== null) recipient(party.box);
    const key = party.key === null ? null : vkey(party.key, LOG_TYPE).key;
    byDuty.set(party.duty, { org: party.org, key, box: party.box });
  }
  return { id: digest(file), byDuty };
}

/**
 * Why a set of layers gives an organisation, or the wrong ones together, too much power (A.3, 4).
 * @param {{duty: string, t: number, to: string[]}[]} layers
 * @param {(duty: string) => string | undefined} org
 * @returns {string | null} the reason, null if none
 */
export function policyFault(layers, org) {
  if (layers.length === 0) return "no layers";
  const opens = (orgs) => layers.every(({ duty, t, to }) => orgs.has(org(duty))
    || to.filter((custodian) => orgs.has(org(custodian))).length >= t);
  const all = new Set(layers.flatMap(({ duty, to }) => [duty, ...to]).map(org));
  for (const one of all) {
    if (opens(new Set([one]))) return "some single organisation opens";
    if (!opens(new Set([...all].filter((other) => other !== one)))) return "some single absence blocks";
  }
  return opens(new Set(["op", "ten", "agency"].map(org))) ? "op, ten and agency open" : null;
}
