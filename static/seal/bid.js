/**
 * Submissions, withdrawals and the `.bid` package (protocols A.4, A.5).
 *
 * In: sealed parts, or a package made earlier or offline. Out: what is signed, and the file. Never:
 * a submission for another lot, another bidder or another key set.
 */
import {
  ascending, atLeast, ensure, exact, fromBase64, isArray, isHash, isInt, isObject, isText, isToken, orNull,
  read, write,
} from "./canon.js";
import { Fault } from "./open.js";
import { measure } from "./pieces.js";
import { FLOOR } from "./profile.js";
import { open, sign } from "./sig.js";
import { crc32, readZip, writeZip } from "./zip.js";

const NAME = /^[a-z0-9][a-z0-9-]{0,11}$/;
const ID = /^[a-z0-9-]{1,24}$/;
const PUB = /^age1[qpzry9x8gf2tvdw0s3jn54khce6mua7l]{58}$/;
const isName = (v) => isText(v) && NAME.test(v);
const isId = (v) => isText(v) && ID.test(v);
const isKind = (v) => isText(v) && Object.hasOwn(FLOOR, v);

/**
 * @typedef {object} Bid everything that is sent, and kept by the bidder
 * @property {any} signed signed/1 over bid.submit/1
 * @property {Map<string, Uint8Array>} packs the key set file of each stage
 * @property {Map<string, {ct: Blob, crc: number, leaves: string[]}>} parts by name
 */

/**
 * The body of a price part.
 * @param {{total: number, days: number | null, quality: string | null, manager: string | null,
 *   note: string}} price total in 分
 * @returns {Uint8Array}
 */
export function priceBody(price) {
  return write(exact({ t: "bid.price/1", ...price }, "bid.price/1", {
    total: atLeast(0), days: orNull(isInt), quality: orNull(isText), manager: orNull(isText), note: isText,
  }));
}

/**
 * Signs a submission of sealed parts.
 * @param {{tender: string, lot: string, bidder: string, seq: number, prev: string | null}} chain
 * @param {import("./part.js").SealedPart[]} parts
 * @param {Uint8Array} seed of the bidder's key
 */
export function signSubmission(chain, parts, seed) {
  const sorted = [...parts].sort((a, b) => ascending(a.hd.part, b.hd.part));
  return sign({ t: "bid.submit/1", ...chain, parts: sorted.map(({ hd, env }) => ({ hd, env })) }, seed);
}

/**
 * Signs the withdrawal of what was submitted before.
 * @param {{tender: string, lot: string, bidder: string, seq: number, prev: string}} chain
 * @param {Uint8Array} seed
 */
export const signWithdrawal = (chain, seed) => sign({ t: "bid.withdraw/1", ...chain }, seed);

/**
 * The check E-HEAD of A.7, the same the server makes before it accepts.
 * @param {any} x bid.submit/1
 * @param {[string, string, string, string][]} required rows of lot.parts/1: part, stage, kind, key set
 * @throws {Fault} E-HEAD
 */
export function checkHeads(x, required) {
  try {
    exact(x, "bid.submit/1", {
      tender: isId, lot: isId, bidder: isToken, seq: atLeast(1), prev: orNull(isHash), parts: isArray,
    });
    const same = (name) => (v) => v === x[name];
    for (const part of x.parts) {
      exact(part, null, { hd: isObject, env: isText });
      fromBase64(part.env);
      exact(part.hd, "bid.part/1", {
        tender: same("tender"), lot: same("lot"), bidder: same("bidder"), seq: same("seq"),
        part: isName, stage: isName, kind: isKind, keyset: isHash, pub: (v) => isText(v) && PUB.test(v),
        len: atLeast(1), sha256: isHash, chunks: isHash,
      });
    }
    const found = x.parts.map(({ hd }) => [hd.part, hd.stage, hd.kind, hd.keyset]);
    const rising = found.every((row, i) => i === 0 || ascending(found[i - 1][0], row[0]) < 0);
    ensure(rising, "parts repeated or not ascending");
    const wanted = [...required].sort((a, b) => ascending(a[0], b[0]));
    ensure(JSON.stringify(found) === JSON.stringify(wanted), "not exactly the parts of this lot");
  } catch (error) {
    throw new Fault("E-HEAD", error.message);
  }
}

/** The members of a package, in their order. */
function membersOf({ signed, packs, parts }) {
  const small = (name, bytes) => ({ name, blob: new Blob([bytes]), crc: crc32(0, bytes) });
  const sorted = (map) => [...map].sort(([a], [b]) => ascending(a, b));
  return [
    small("submit.json", write(signed.x)),
    small("submit.sig.json", write(signed.sig)),
    ...sorted(packs).map(([stage, bytes]) => small(`${stage}.keyset`, bytes)),
    ...sorted(parts).map(([part, { ct, crc }]) => ({ name: `parts/${part}.age`, blob: ct, crc })),
  ];
}

/**
 * The package, byte for byte the same for the same bid.
 * @param {Bid} bid
 * @returns {Blob}
 */
export const writePackage = (bid) => writeZip(membersOf(bid));

/**
 * Reads a package and checks its form, its signature and every digest in it.
 * @param {Blob} file
 * @param {(bytes: number) => void} progress bytes of ciphertext read so far
 * @returns {Promise<Bid & {key: Uint8Array}>}
 */
export async function readPackage(file, progress) {
  const members = new Map((await readZip(file)).map((member) => [member.name, member]));
  const bytesOf = async (name) => {
    const { blob, crc } = members.get(name) ?? {};
    ensure(blob !== undefined, `package: no ${name}`);
    const bytes = new Uint8Array(await blob.arrayBuffer());
    ensure(crc32(0, bytes) === crc, `package: CRC of ${name}`);
    return bytes;
  };
  const [x, sig] = [read(await bytesOf("submit.json")), read(await bytesOf("submit.sig.json"))];
  const signed = { t: "signed/1", x, sig };
  const { key } = open(signed);
  checkHeads(x, rowsOf(x));
  const packs = new Map();
  for (const { hd } of x.parts) packs.set(hd.stage, await bytesOf(`${hd.stage}.keyset`));
  const parts = new Map();
  let done = 0;
  for (const { hd } of x.parts) {
    const { blob, crc } = members.get(`parts/${hd.part}.age`) ?? {};
    ensure(blob !== undefined, `package: no part ${hd.part}`);
    const found = await measure(blob.stream(), (piece) => {
      done += piece.length;
      progress(done);
    });
    const right = found.crc === crc && found.len === hd.len && found.sha256 === hd.sha256
      && found.chunks === hd.chunks;
    ensure(right, `package: part ${hd.part} was changed`);
    parts.set(hd.part, { ct: blob, crc, leaves: found.leaves });
  }
  const names = membersOf({ signed, packs, parts }).map(({ name }) => name);
  ensure(names.join() === [...members.keys()].join(), "package: members");
  return { signed, packs, parts, key };
}

/** The (part, stage, kind, key set) a submission claims, as far as it can be read. */
function rowsOf(x) {
  ensure(isArray(x.parts), "package: parts");
  return x.parts.map((part) => [part?.hd?.part, part?.hd?.stage, part?.hd?.kind, part?.hd?.keyset]);
}
