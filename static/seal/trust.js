/**
 * What the page believes before it seals: the two trust files and the key set of every stage.
 *
 * In: their addresses. Out: digests for the reader to compare, and checked key sets. Never: a key
 * set of another lot, another stage, of the rehearsal stage.
 */
import { ensure, hash, toHex } from "./canon.js";
import { readPack } from "./keyset.js";
import { readParties } from "./parties.js";
import { readPolicy } from "./policy.js";

/** The stage whose identities are published at once. */
const REHEARSAL = "test";

/** @param {string} url @returns {Promise<Uint8Array>} */
export async function fetchBytes(url) {
  const response = await fetch(url, { cache: "no-store" });
  ensure(response.ok, `${url}: HTTP ${response.status}`);
  return new Uint8Array(await response.arrayBuffer());
}

/**
 * @param {{parties: string, policy: string}} urls
 * @returns {Promise<{parties: any, policy: any, partiesSha: string, policySha: string, sandbox: boolean}>}
 */
export async function loadTrust(urls) {
  const [parties, policy] = await Promise.all([urls.parties, urls.policy].map(fetchBytes));
  const readings = { parties: readParties(parties), policy: readPolicy(policy) };
  const sandbox = readings.policy.logs.some(({ name }) => name.startsWith("sandbox."));
  return { ...readings, partiesSha: toHex(hash(parties)), policySha: toHex(hash(policy)), sandbox };
}

/**
 * Checks the key set file of a part.
 * @param {Uint8Array} bytes
 * @param {{tender: string, lot: string, stage: string, keyset: string}} expected
 * @param {{parties: any, policy: any}} trust
 * @returns {ReturnType<typeof readPack> & {bytes: Uint8Array}}
 */
export function checkedPack(bytes, expected, trust) {
  const pack = readPack(bytes, trust);
  const { tender, lot, stage } = pack.keyset;
  ensure(stage !== REHEARSAL, "key set: of the rehearsal stage");
  const same = tender === expected.tender && lot === expected.lot && stage === expected.stage;
  ensure(same, "key set: of another lot or stage");
  ensure(pack.id === expected.keyset, "key set: not the one published for this part");
  return { ...pack, bytes };
}

/**
 * @param {any} pack checked
 * @param {any} trust
 * @param {(duty: string) => string} named how a duty is called
 * @returns {string} who holds its layers
 */
export const holdersOf = (pack, { parties }, named) => pack.keyset.layers
  .map(({ duty }) => `${named(duty)} (${parties.byDuty.get(duty).org})`).join(" + ");
