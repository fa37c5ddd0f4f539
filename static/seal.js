/**
 * The page on which a bid is sealed, signed and sent (pages 18 to 20).
 *
 * In: what the bidder types and chooses; nothing of it leaves the page unsealed. Out: a package to
 * keep, a submission, its acknowledgement and receipt, both verified. Never: a seal to keys that
 * were not checked, a price in a request, a sentence that is not in the page.
 *
 * # Page contract (`templates/bid/seal.html` keeps it)
 *
 * `#seal` carries: data-tender, data-lot, data-bidder (ids), data-csrf (sent as X-CSRF),
 *   data-parties and data-policy (addresses of the trust files), data-base (`/lots/{lot}`),
 *   data-submit (where the submission goes), data-mine, data-receipt (`/receipts/{c}`, with the braces) and, where
 *   the server discloses to a bidder the row (C.2) of his own event, data-row (`.../{c}/...`).
 *   GET data-mine answers `{"seq","prev","kid","state"}`: seq and prev of the next submission (prev
 *   null and seq 1 at first), kid of the key that signed seq 1 or null, state "bid", "withdrawn" or
 *   null.
 * One `fieldset[data-part]` per required part, with data-part, data-stage, data-kind, data-keyset
 *   (id) and data-pack (address of `<stage>.keyset`). In it, by kind: `price` has inputs named
 *   total_yuan, days, quality, manager, note, and data-ceiling, data-low, data-high (分); `docs` has a file input named file; `draw` none. No
 *   form around them has an action.
 * Steps are sections with ids seal-step-trust, -key, -content, -check, -send, -done; one is shown.
 *   trust    #seal-parties-sha, #seal-policy-sha (outputs), #seal-compared (checkbox), #seal-stages
 *            (dl), #seal-trust-go (button); #seal-unwitnessed, #seal-sandbox (warnings, hidden)
 *   key      #seal-keyfile (file), #seal-passphrase, #seal-key-go; `seal/keymaker.js`'s ids
 *   content  #seal-kid (output), #seal-content-go; #seal-package (file), #seal-package-go;
 *            #seal-withdraw (section, hidden), #seal-withdraw-sure (checkbox), #seal-withdraw-go
 *   check    #seal-outside (warning, hidden), #seal-summary (dl), #seal-check-back, #seal-check-go
 *   send     #seal-digest (output), #seal-save (link), #seal-send-go
 *   done     #seal-done-digest, #seal-done-c (outputs), #seal-ack-save, #seal-receipt-save,
 *            #seal-row-save (links, hidden), #seal-receipt-state (output)
 * `progress#seal-progress` (hidden) with `#seal-progress-text`; `#seal-alert` (role alert, tabindex
 *   -1, hidden) with a `p` and a `code`.
 * Words, as elements with data-word: error-trust, error-compared, error-chain, error-key, error-kid,
 *   error-content, error-amount, error-file, error-seal, error-package, error-stale, error-send,
 *   error-withdraw, error-sure, error-ack, error-receipt, receipt-waiting, receipt-verified,
 *   receipt-unwitnessed, receipt-later, field-part, field-total, field-capital, field-days,
 *   field-quality, field-manager, field-note, field-file, field-size, field-draw, field-seq,
 *   above-ceiling, outside, yuan,
 *   stage-<stage> and duty-<duty> of those that occur; those of `seal/keymaker.js`.
 */
import { checkHeads, priceBody, readPackage, signSubmission, signWithdrawal, writePackage } from "./seal/bid.js";
import { digest, ensure, write } from "./seal/canon.js";
import { unwrap } from "./seal/keyfile.js";
import { keyMaker } from "./seal/keymaker.js";
import { Said, alertOf, el, inFours, offer, onPress, progressBar, summary, textFile, word } from "./seal/page.js";
import { sealPart } from "./seal/part.js";
import { breathe } from "./seal/pieces.js";
import { FLOOR, padme } from "./seal/profile.js";
import { checkAck, checkReceipt, eventHash, refersTo, sameEvent } from "./seal/receipt.js";
import { kid, publicKey } from "./seal/sig.js";
import { checkedPack, fetchBytes, holdersOf, loadTrust } from "./seal/trust.js";
import { Desk } from "./seal/upload.js";
import { capital, grouped, parseYuan } from "./seal/yuan.js";

const page = el("seal").dataset;
const place = { tender: page.tender, lot: page.lot, bidder: page.bidder };
const desk = new Desk(page.base, page.submit, page.csrf);
const slots = [...document.querySelectorAll("fieldset[data-part]")].map((field) => ({ field, ...field.dataset }));
const required = slots.map(({ part, stage, kind, keyset }) => [part, stage, kind, keyset]);
/** How long the page waits for a receipt before it sends the reader away, in ms. */
const RECEIPT_WAIT_MS = 15 * 60000;

/** What the steps have found so far. The seed leaves neither this object nor this page. */
const state = { trust: null, packs: new Map(), seed: null, chain: null, contents: [], bid: null };

/** A stage and a duty as people call them; a later attempt of a draw is its first one's stage. */
const stageWord = (stage) => word(`stage-${stage.replace(/-a\d+$/, "")}`);
const dutyWord = (duty) => word(`duty-${duty}`);

function step(name) {
  for (const section of document.querySelectorAll("[id^=seal-step-]")) {
    section.hidden = section.id !== `seal-step-${name}`;
  }
  const heading = el(`seal-step-${name}`).querySelector("h2");
  heading.tabIndex = -1;
  heading.focus();
}

const press = (id, failure, work) => onPress(id, "seal-alert", failure, work);

// ---- trust --------------------------------------------------------------------------------------

async function openTrust() {
  const trust = await loadTrust({ parties: page.parties, policy: page.policy });
  for (const slot of slots) {
    const known = state.packs.get(slot.stage)?.bytes;
    state.packs.set(slot.stage, checkedPack(known ?? await fetchBytes(slot.pack), { ...place, ...slot }, trust));
  }
  const packs = [...state.packs];
  el("seal-parties-sha").textContent = inFours(trust.partiesSha);
  el("seal-policy-sha").textContent = inFours(trust.policySha);
  el("seal-sandbox").hidden = !trust.sandbox;
  el("seal-unwitnessed").hidden = packs.every(([, { receipt }]) => receipt.witnessed);
  summary(el("seal-stages"), packs.map(([stage, pack]) => [stageWord(stage), holdersOf(pack, trust, dutyWord)]));
  state.trust = trust;
}

press("seal-trust-go", "error-trust", () => {
  if (state.trust === null) return openTrust();
  if (!el("seal-compared").checked) throw new Said("error-compared", "parties.json, log.policy");
  return step("key");
});

// ---- key ----------------------------------------------------------------------------------------

press("seal-key-go", "error-key", async () => {
  const [file] = el("seal-keyfile").files;
  if (file === undefined) throw new Said("error-key", "no file");
  await breathe();
  state.seed = await unwrap(new Uint8Array(await file.arrayBuffer()), el("seal-passphrase").value);
  el("seal-passphrase").value = "";
  await loadChain();
  el("seal-kid").textContent = inFours(kid(publicKey(state.seed)));
  el("seal-withdraw").hidden = state.chain.state !== "bid";
  step("content");
});

/** Asks where the bidder's chain stands; a chain begun with another key cannot be continued. */
async function loadChain() {
  try {
    state.chain = await desk.chain(page.mine);
  } catch (error) {
    throw new Said("error-chain", error.message);
  }
  const own = kid(publicKey(state.seed));
  if (state.chain.kid !== null && state.chain.kid !== own) throw new Said("error-kid", state.chain.kid);
}

keyMaker(() => {});

// ---- content ------------------------------------------------------------------------------------

/** What a part says, and the rows that show it for checking. */
const READERS = {
  price(field) {
    const typed = (name) => field.querySelector(`[name=${name}]`).value.trim();
    let total;
    try {
      total = parseYuan(typed("total_yuan"));
    } catch (error) {
      throw new Said("error-amount", error.message);
    }
    const days = typed("days") === "" ? null : Number(typed("days"));
    const [quality, manager] = [typed("quality") || null, typed("manager") || null];
    const body = new Blob([priceBody({ total, days, quality, manager, note: typed("note") })]);
    const rows = [
      ["field-total", `${grouped(total)} ${word("yuan")}`], ["field-capital", capital(total), "zh-CN"], ["field-days", days ?? ""],
      ["field-quality", quality ?? ""], ["field-manager", manager ?? ""], ["field-note", typed("note")],
    ];
    const { ceiling, low, high } = field.dataset;
    const isOutside = total < Number(low) || total > Number(high);
    const warning = total > Number(ceiling) ? "above-ceiling" : isOutside ? "outside" : null;
    return { name: "price.json", media: "application/json", body, rows, warning };
  },
  docs(field) {
    const [file] = field.querySelector("[name=file]").files;
    if (file === undefined) throw new Said("error-file", field.dataset.part);
    const rows = [["field-file", file.name], ["field-size", `${file.size.toLocaleString("en")} B`]];
    return { name: file.name, media: file.type || null, body: file, rows };
  },
  draw() {
    const body = new Blob([crypto.getRandomValues(new Uint8Array(32))]);
    return { name: "draw", media: null, body, rows: [["field-draw", "32 B"]] };
  },
};

press("seal-content-go", "error-content", () => {
  state.contents = slots.map((slot) => ({ slot, ...READERS[slot.kind](slot.field) }));
  const rows = state.contents.flatMap(({ slot, rows: own }) => [
    [word("field-part"), stageWord(slot.stage)],
    ...own.map(([name, text, lang]) => [word(name), String(text), lang]),
  ]);
  summary(el("seal-summary"), [[word("field-seq"), String(state.chain.seq)], ...rows]);
  const warned = state.contents.find(({ warning }) => warning);
  el("seal-outside").hidden = warned === undefined;
  el("seal-outside").textContent = warned === undefined ? "" : word(warned.warning);
  step("check");
});

press("seal-check-back", "error-content", () => step("content"));

press("seal-check-go", "error-seal", async () => {
  await loadChain();
  const { seq, prev } = state.chain;
  const lengths = state.contents.map(({ slot, body }) => 2 * padme(body.size + 1024, FLOOR[slot.kind]));
  const bar = progressBar("seal-progress", lengths.reduce((a, b) => a + b, 0));
  const [parts, sealed] = [new Map(), []];
  let before = 0;
  for (const [i, { slot, ...content }] of state.contents.entries()) {
    const { part, stage, kind, keyset } = slot;
    const { recipients } = state.packs.get(stage);
    const one = await sealPart(
      { ...place, seq, part, stage, kind, keyset }, content, recipients, (done) => bar(before + done),
    );
    before += lengths[i];
    bar(before);
    sealed.push(one);
    parts.set(part, one);
  }
  const signed = signSubmission({ ...place, seq, prev }, sealed, state.seed);
  checkHeads(signed.x, required);
  const packs = new Map([...state.packs].map(([stage, { bytes }]) => [stage, bytes]));
  toSend({ signed, packs, parts });
});

press("seal-package-go", "error-package", async () => {
  const [file] = el("seal-package").files;
  if (file === undefined) throw new Said("error-package", "no file");
  const bid = await readPackage(file, progressBar("seal-progress", file.size));
  const { x } = bid.signed;
  checkHeads(x, required);
  const same = x.tender === place.tender && x.lot === place.lot && x.bidder === place.bidder;
  ensure(same, "package: for another lot or bidder");
  ensure(kid(bid.key) === kid(publicKey(state.seed)), "package: signed by another key");
  for (const slot of slots) checkedPack(bid.packs.get(slot.stage), { ...place, ...slot }, state.trust);
  await loadChain();
  const { seq, prev } = state.chain;
  // the last one accepted may be sent again: the same answer comes back
  const next = x.seq === seq && x.prev === prev;
  if (!next && digest(x) !== prev) throw new Said("error-stale", `seq ${x.seq}, not ${seq}`);
  toSend(bid);
});

// ---- send ---------------------------------------------------------------------------------------

function toSend(bid) {
  state.bid = bid;
  state.contents = [];
  const name = digest(bid.signed.x);
  el("seal-digest").textContent = inFours(name);
  offer("seal-save", writePackage(bid), `${place.lot}-${bid.signed.x.seq}-${name.slice(0, 8)}.bid`);
  noProgress();
  step("send");
}

/** A work that was shown has ended. */
function noProgress() {
  el("seal-progress").hidden = true;
  el("seal-progress-text").textContent = "";
}

press("seal-send-go", "error-send", async () => {
  const total = state.bid.signed.x.parts.reduce((sum, { hd }) => sum + hd.len, 0);
  const bar = progressBar("seal-progress", total);
  let done = 0;
  const ack = await desk.submit(state.bid, (bytes) => {
    done += bytes;
    bar(done);
  });
  await acknowledged(state.bid.signed, ack);
});

press("seal-withdraw-go", "error-withdraw", async () => {
  if (!el("seal-withdraw-sure").checked) throw new Said("error-sure", "");
  await loadChain();
  const { seq, prev } = state.chain;
  const signed = signWithdrawal({ ...place, seq, prev }, state.seed);
  await acknowledged(signed, await desk.withdraw(signed));
});

/** Verifies the acknowledgement, shows it, and waits for the receipt. */
async function acknowledged(signed, ack) {
  const name = digest(signed.x);
  let said;
  try {
    said = checkAck(ack, state.trust.policy);
    ensure(said.x === name, "ack: of another submission");
  } catch (error) {
    throw new Said("error-ack", error.message);
  }
  el("seal-done-digest").textContent = inFours(name);
  el("seal-done-c").textContent = inFours(said.c);
  offer("seal-ack-save", new Blob([write(ack)], { type: "application/json" }), `${said.c.slice(0, 16)}.ack.json`);
  el("seal-receipt-state").textContent = word("receipt-waiting");
  noProgress();
  step("done");
  // the acknowledgement stands by itself; the receipt follows with the next tick
  receipt(signed, said).catch((error) => alertOf("seal-alert", "error-receipt", error));
}

async function receipt(signed, ack) {
  const at = (url) => url.replace("{c}", ack.c);
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), RECEIPT_WAIT_MS);
  const text = await desk.receipt(at(page.receipt), stop.signal);
  clearTimeout(timer);
  if (text === null) {
    el("seal-receipt-state").textContent = word("receipt-later");
    return;
  }
  const found = checkReceipt(text, state.trust.policy);
  ensure(sameEvent(found, ack), "receipt: of another event than the acknowledgement");
  offer("seal-receipt-save", textFile(text, "text/plain"), `${ack.c.slice(0, 16)}.tlog-proof`);
  if (page.row !== undefined) await row(signed, ack, at(page.row));
  el("seal-receipt-state").textContent = word(found.witnessed ? "receipt-verified" : "receipt-unwitnessed");
}

/** The disclosure of one's own event: it must refer to what was signed here. */
async function row(signed, ack, url) {
  const text = new TextDecoder().decode(await fetchBytes(url));
  const { ev, salt, pay } = JSON.parse(text);
  ensure(eventHash(ev, salt) === ack.c, "row: of another event");
  const own = pay.find(({ k }) => k === "bid");
  ensure(own !== undefined && refersTo(ev, "bid", own.salt, write(signed)), "row: of another submission");
  offer("seal-row-save", textFile(text, "application/json"), `${ack.c.slice(0, 16)}.row.json`);
}

// ---- start --------------------------------------------------------------------------------------

window.addEventListener("beforeunload", (event) => {
  if (state.bid !== null && el("seal-step-done").hidden) event.preventDefault();
});

openTrust().catch((error) => alertOf("seal-alert", "error-trust", error));
