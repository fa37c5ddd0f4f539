/**
 * The vectors of the protocols against the code of the pages, run inside a page.
 *
 * In: /static (the code) and /vectors (tests/vectors) from the server this page came from. Out: the
 * title "passed N, failed 0", and each failure as a list item.
 */
import {
  Flaw, digest, fromBase64, fromHex, hash, read, toBase64, toHex, utf8, write,
} from "/static/seal/canon.js";
import { checkHeads, priceBody, readPackage, signSubmission, writePackage } from "/static/seal/bid.js";
import { keystream, recompute } from "/static/seal/draw.js";
import { fromText, newSeed, toText, unwrap, wrap } from "/static/seal/keyfile.js";
import { checkPack, readPack } from "/static/seal/keyset.js";
import { leafHash, root, rootFromPath } from "/static/seal/merkle.js";
import { Fault, openEnvelope } from "/static/seal/open.js";
import { plainPieces, sealPart } from "/static/seal/part.js";
import { policyFault, readParties } from "/static/seal/parties.js";
import { measure, streamHash } from "/static/seal/pieces.js";
import { checkCheckpoint, parsePolicy } from "/static/seal/policy.js";
import { decrypt, padme, recipient } from "/static/seal/profile.js";
import { checkAck, checkReceipt, eventHash, refersTo } from "/static/seal/receipt.js";
import { kid, open, openBy, publicKey, sign } from "/static/seal/sig.js";
import { capital, grouped, parseYuan } from "/static/seal/yuan.js";

let [passed, failed] = [0, 0];

function fail(name, why) {
  failed += 1;
  const item = document.createElement("li");
  item.textContent = `${name}: ${why}`;
  document.getElementById("failed").append(item);
}

/** Runs one vector; it passes when `run` neither throws nor says otherwise. */
async function accept(name, run) {
  try {
    const said = await run();
    if (said === false) fail(name, "another result");
    else passed += 1;
  } catch (error) {
    fail(name, error.stack);
  }
}

/** Runs one vector that must be refused with a `Flaw`, with a code if one is named. */
async function reject(name, run, code) {
  try {
    await run();
    fail(name, "accepted");
  } catch (error) {
    if (!(error instanceof Flaw)) fail(name, error.stack);
    else if (code !== undefined && error.code !== code) fail(name, `not ${code}: ${error.message}`);
    else passed += 1;
  }
}

const bytes = async (name) => new Uint8Array(await (await fetch(`/vectors/${name}`)).arrayBuffer());
const text = async (name) => new TextDecoder().decode(await bytes(name));
const json = async (name) => JSON.parse(await text(name));
const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);

async function canon() {
  const file = await json("canon.json");
  for (const { hex, sha256 } of file.accept) {
    await accept(`canon ${hex}`, () => digest(read(fromHex(hex))) === sha256);
  }
  for (const hex of file.reject_hex) await reject(`canon ${hex}`, () => read(fromHex(hex)));
  for (const { len, floor, padded } of await json("padme.json")) {
    await accept(`padme ${len}`, () => padme(len, floor) === padded);
  }
}

async function signatures() {
  const file = await json("sig.json");
  const seed = fromHex(file.seed);
  await accept("sig: public key", () => toHex(publicKey(seed)) === file.public);
  await accept("sig: kid", () => kid(fromHex(file.public)) === file.kid);
  await accept("sig: key file", () => toHex(fromText(file.key_file.trim())) === file.seed);
  await accept("sig: key file text", () => `${toText(seed)}\n` === file.key_file);
  await reject("sig: key file in lower case", () => fromText(file.key_file.trim().toLowerCase()));
  for (const [i, signed] of file.accept.entries()) {
    await accept(`sig: accept ${i}`, () => digest(open(signed).x) === file.digests[i]);
    const own = toHex(open(signed).key) === file.public;
    if (own) await accept(`sig: sign ${i}`, () => toHex(write(sign(signed.x, seed))) === toHex(write(signed)));
  }
  for (const [name, signed] of Object.entries(file.reject)) {
    await reject(`sig: ${name}`, () => openBy(signed, fromHex(file.reject_expects_key[name])));
  }
}

async function merkle() {
  const file = await json("merkle.json");
  const leaves = Array.from({ length: 20 }, (_, i) => leafHash(utf8(`entry-${i}`)));
  await accept("merkle: leaves", () => same(leaves.map(toHex), file.leaf_hashes));
  await accept("merkle: empty", () => toHex(root([])) === file.empty_root);
  for (const [size, expected] of Object.entries(file.roots)) {
    await accept(`merkle: root ${size}`, () => toHex(root(leaves.slice(0, size))) === expected);
  }
  for (const [index, size, path] of file.inclusion_index_size_path) {
    const to = (nodes) => toHex(rootFromPath(leaves[index], index, size, nodes));
    await accept(`merkle: ${index} in ${size}`, () => to(path.map(fromHex)) === file.roots[size]);
    const longer = [...path, file.empty_root].map(fromHex);
    await reject(`merkle: ${index} in ${size}, path too long`, () => to(longer));
  }
  const known = file.ct_known_answer.leaves_hex.map((leaf) => leafHash(fromHex(leaf)));
  for (const [i, expected] of file.ct_known_answer.roots.entries()) {
    const size = file.ct_known_answer.roots.length === known.length ? i + 1 : i;
    await accept(`merkle: CT ${i}`, () => toHex(root(known.slice(0, size))) === expected);
  }
}

async function journal() {
  const file = await json("log.json");
  const policy = parsePolicy(file.policy);
  for (const row of file.rows) {
    await accept(`event ${row.pos}`, () => eventHash(row.ev, row.salt) === row.c);
    for (const { k, salt, x } of row.pay) {
      await accept(`ref ${row.pos} ${k}`, () => refersTo(row.ev, k, salt, write(x)));
    }
  }
  for (const [i, receipt] of file.receipts.entries()) {
    await accept(`receipt ${i}`, () => checkReceipt(receipt, policy).quorumMs === file.quorum_ms);
  }
  const alone = checkReceipt(await text("receipt.tlog-proof"), parsePolicy(await text("receipt.policy")));
  await accept("receipt file", () => alone.witnessed && alone.quorumMs === file.quorum_ms);
  for (const [name, receipt] of Object.entries(file.reject_receipts)) {
    await reject(`receipt: ${name}`, () => checkReceipt(receipt, policy));
  }
  for (const { name, policy: own, checkpoint, tick_ms: tick, quorum_ms: expected } of file.quorum) {
    const run = () => checkCheckpoint(checkpoint, parsePolicy(own), tick).quorumMs === expected;
    await (expected === null ? reject : accept)(`quorum: ${name}`, run);
  }
  for (const [name, own] of Object.entries(file.reject_policies)) {
    await reject(`policy: ${name}`, () => parsePolicy(own));
  }
  await accept("ack", () => checkAck(file.ack, policy).c === file.ack.x.c);
  for (const [name, ack] of Object.entries(file.reject_acks)) {
    await reject(`ack: ${name}`, () => checkAck(ack, policy));
  }
}

async function keysets() {
  const file = await json("keyset.json");
  const policy = parsePolicy(await text("log.policy"));
  const trust = { policy, parties: readParties(await bytes("parties.json")) };
  await accept("parties", () => trust.parties.id === file.parties_sha256);
  for (const [name, own] of Object.entries(file.reject_parties)) {
    await reject(`parties: ${name}`, () => readParties(utf8(own)));
  }
  for (const [stage, id] of Object.entries(file.keyset_ids)) {
    const pack = await bytes(`${stage}.keyset`);
    await accept(`keyset ${stage}`, () => readPack(pack, trust).id === id);
  }
  for (const [name, { pack }] of Object.entries(file.reject_packs)) {
    await reject(`keyset: ${name}`, () => checkPack(pack, trust));
  }
  for (const [i, ack] of file.acks.entries()) {
    await accept(`keyset: ack ${i}`, () => checkAck(ack, policy).x === ack.x.x);
  }
  const escrow = await json("escrow.json");
  for (const one of escrow.cases) {
    await accept(`recipient ${one.recipient}`, () => recipient(one.recipient).length === 32);
  }
  for (const one of escrow.reject_recipients) await reject(`recipient ${one}`, () => recipient(one));
  for (const { name, org, layers, refused } of escrow.policy) {
    const fault = policyFault(layers, (duty) => org[duty]);
    await accept(`policy: ${name}`, () => (fault === null) === (refused === null));
  }
}

/** Opens a case of seal.json as far as the page does: the heads, the envelope, the ciphertext. */
async function openCase({ submit, required, part, ct_b64: ct }, identities) {
  checkHeads(submit, required);
  const { hd, env } = submit.parts.find((one) => one.hd.part === part);
  const blob = new Blob([fromBase64(ct)]);
  const found = await measure(blob.stream(), () => {});
  const stored = found.len === hd.len && found.sha256 === hd.sha256 && found.chunks === hd.chunks;
  if (!stored) throw new Fault("E-HASH", "stored bytes");
  const key = await openEnvelope(hd, fromBase64(env), identities);
  try {
    return await streamHash(await decrypt(key, blob), () => {});
  } catch (error) {
    throw new Fault("E-PAYLOAD", error.message);
  }
}

async function seals() {
  const file = await json("seal.json");
  const identities = file.identities_layer_order;
  // what is inside a plaintext is read after the opening, by the holders' programs
  const inside = ["E-BODY", "E-PAD", "E-FORM"];
  for (const one of file.cases) {
    const run = () => openCase(one, identities);
    if (one.expect === "ok") await accept(`seal: ${one.name}`, async () => await run() === one.plain_sha256);
    else if (inside.includes(one.expect)) await accept(`seal: ${one.name}`, run);
    else await reject(`seal: ${one.name}`, run, one.expect);
  }
  for (const { kind, name, media, body_len: length, plain_sha256: expected } of file.pack) {
    await accept(`pack ${kind} ${length}`, async () => {
      const [parts, body] = [[], new Blob([new Uint8Array(length)])];
      for await (const piece of plainPieces({ name, media, body }, kind)) parts.push(piece);
      return toHex(hash(...parts)) === expected;
    });
  }
}

async function draws() {
  const file = await json("draw.json");
  for (const { name, seed, order, take, order_sha256: expected } of file.cases) {
    const found = recompute(await bytes(`draw-${name}.txt`));
    await accept(`draw ${name}`, () => {
      const rows = found.order.map(({ item, ticket }) => [item, ticket]);
      const lines = rows.map(([item]) => `${item}\n`).join("");
      const right = order === undefined || order === null || same(rows.slice(0, order.length), order);
      return found.seed === seed && found.take === take && right && toHex(hash(utf8(lines))) === expected;
    });
  }
  for (const { seed, first_128: expected } of file.keystream) {
    await accept(`keystream ${seed}`, () => toHex(keystream(fromHex(seed), 128)) === expected);
  }
  for (const [i, one] of file.accept.entries()) await accept(`draw: accept ${i}`, () => recompute(utf8(one)));
  for (const [name, one] of Object.entries(file.reject)) await reject(`draw: ${name}`, () => recompute(utf8(one)));
}

async function packages() {
  const facts = await json("bid.json");
  const file = await bytes("sample.bid");
  const opened = (raw) => readPackage(new Blob([raw]), () => {});
  const bid = await opened(file);
  await accept("package: digest", () => digest(bid.signed.x) === facts.submit_digest);
  await accept("package: same bytes again", async () => {
    const again = new Uint8Array(await writePackage(bid).arrayBuffer());
    return toHex(hash(again)) === facts.sha256;
  });
  for (const [name, [offset, hex]] of Object.entries(facts.reject_splice_offset_hex)) {
    const edited = Uint8Array.from(file);
    edited.set(fromHex(hex), offset);
    await reject(`package: ${name}`, () => opened(edited));
  }
  await reject("package: a byte before", () => opened(Uint8Array.of(0, ...file)));
  await reject("package: a byte after", () => opened(Uint8Array.of(...file, 0)));
}

/**
 * A bid sealed by the page opens again here; `tests/vectors-js/made.bid` is one such file, saved
 * from the link on this page, which the Rust tests open.
 */
async function roundTrip() {
  const policy = parsePolicy(await text("log.policy"));
  const trust = { policy, parties: readParties(await bytes("parties.json")) };
  const pack = await bytes("price.keyset");
  const { id, keyset: { tender, lot, stage }, recipients } = readPack(pack, trust);
  const { identities } = (await json("keyset.json")).releases;
  const place = { tender, lot, bidder: "91330100700000001A", seq: 1 };
  const price = { total: 1234567890, days: 180, quality: "合格", manager: null, note: "浏览器密封" };
  const contents = {
    award: { kind: "draw", name: "draw", media: null, body: new Blob([new Uint8Array(32).fill(7)]) },
    docs: { kind: "docs", name: "资格文件.zip", media: "application/zip", body: new Blob(["A".repeat(1000000)]) },
    price: { kind: "price", name: "price.json", media: null, body: new Blob([priceBody(price)]) },
  };
  const required = Object.entries(contents).map(([part, { kind }]) => [part, stage, kind, id]);
  const sealed = [];
  for (const [part, { kind, ...content }] of Object.entries(contents)) {
    const one = await sealPart({ ...place, part, stage, kind, keyset: id }, content, recipients, () => {});
    sealed.push(one);
  }
  const seed = fromHex((await json("sig.json")).seed);
  const signed = signSubmission({ ...place, prev: null }, sealed.reverse(), seed);
  const made = writePackage({
    signed, packs: new Map([[stage, pack]]), parts: new Map(sealed.map((one) => [one.hd.part, one])),
  });
  const link = document.getElementById("made");
  link.href = URL.createObjectURL(made);
  const bid = await readPackage(made, () => {});
  for (const { hd } of bid.signed.x.parts) {
    await accept(`round trip ${hd.part}`, async () => {
      const ct = toBase64(new Uint8Array(await bid.parts.get(hd.part).ct.arrayBuffer()));
      const one = { submit: bid.signed.x, required, part: hd.part, ct_b64: ct };
      return (await openCase(one, identities)).length === 64;
    });
  }
  const other = required.map(([part, ...rest]) => (part === "docs" ? ["papers", ...rest] : [part, ...rest]));
  await reject("round trip: for another lot's parts", () => checkHeads(bid.signed.x, other), "E-HEAD");
}

async function files() {
  const seed = newSeed();
  await accept("key file: wrapped and unwrapped", async () => {
    const wrapped = await wrap(seed, "correct horse battery");
    await reject("key file: another passphrase", () => unwrap(wrapped, "correct horse batteries"));
    return toHex(await unwrap(wrapped, "correct horse battery")) === toHex(seed);
  });
  await reject("key file: short passphrase", () => wrap(seed, "short"));
}

async function money() {
  const rows = [
    ["0", 0, "0.00", "零元整"], ["0.05", 5, "0.05", "伍分"], ["0.50", 50, "0.50", "伍角整"],
    ["10", 1000, "10.00", "壹拾元整"], ["1,005.03", 100503, "1,005.03", "壹仟零伍元零叁分"],
    ["10005.6", 1000560, "10,005.60", "壹万零伍元陆角整"],
    ["1234567.89", 123456789, "1,234,567.89", "壹佰贰拾叁万肆仟伍佰陆拾柒元捌角玖分"],
    ["100000000", 10000000000, "100,000,000.00", "壹亿元整"],
    ["100010000", 10001000000, "100,010,000.00", "壹亿零壹万元整"],
    ["20100000500.00", 2010000050000, "20,100,000,500.00", "贰佰零壹亿零伍佰元整"],
    ["1000000000000", 100000000000000, "1,000,000,000,000.00", "壹万亿元整"],
    ["1200300000000", 120030000000000, "1,200,300,000,000.00", "壹万贰仟零叁亿元整"],
  ];
  for (const [typed, fen, shown, words] of rows) {
    await accept(`money ${typed}`, () => same([parseYuan(typed), grouped(fen), capital(fen)], [fen, shown, words]));
  }
  for (const typed of ["", "-1", "1.234", "1e5", "abc", ".5", "10000000000000.01"]) {
    await reject(`money ${typed}`, () => parseYuan(typed));
  }
}

for (const run of [canon, signatures, merkle, journal, keysets, seals, draws, packages, roundTrip, files, money]) {
  try {
    await run();
  } catch (error) {
    fail(run.name, error.stack);
  }
}
document.title = `passed ${passed}, failed ${failed}`;
