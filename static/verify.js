/**
 * The page on which anyone verifies (page 6): drop a receipt, an acknowledgement or a draw transcript.
 *
 * In: a file of the reader and the trust file. Out: what it proves, in the page's own sentences, and
 * the commands that say the same without this site. Never: a transcript called proven whose
 * contributions were not checked.
 *
 * # Page contract (`templates/verify/show.html` keeps it)
 *
 * `#verify` carries data-policy, the address of `log.policy`. In it: #verify-drop (the area to drop
 *   on, holding #verify-file, a file input), #verify-policy (file input, the reader's own
 *   log.policy, optional), #verify-result (section, hidden) with #verify-verdict (output),
 *   #verify-facts (dl), #verify-order (ol, hidden), #verify-command (`pre`); #verify-alert
 *   (role alert, tabindex -1, hidden) with a `p`, and a `code` in a `details`.
 * Words, as elements with data-word: receipt-holds, receipt-unwitnessed, ack-holds, draw-order-only, unknown-file,
 *   error-verify, fact-act, fact-time, fact-tick, fact-quorum, fact-origin, fact-position, fact-c,
 *   fact-chain, fact-object, fact-refs, fact-draw, fact-attempt, fact-purpose, fact-take, fact-frozen, fact-seed,
 *   fact-items, fact-contribs, fact-absent, fact-beacons, fact-policy, fact-sandbox.
 */
import { Flaw, fromUtf8, hash, read, toHex } from "./seal/canon.js";
import { recompute } from "./seal/draw.js";
import { alertOf, el, inFours, summary, word } from "./seal/page.js";
import { readPolicy } from "./seal/policy.js";
import { checkAck, checkReceipt } from "./seal/receipt.js";
import { fetchBytes } from "./seal/trust.js";

/** A position in a transcript that is not opened. */
const CLOSED = "-";

const bytesOf = async (file) => new Uint8Array(await file.arrayBuffer());

/** Beijing time of an instant in ms. */
const time = (ms) => `${new Date(ms + 8 * 3600000).toISOString().replace("T", " ").slice(0, 23)} +08:00`;

/** The reader's own trust file, else the one the site offers. */
async function trustFile() {
  const [own] = el("verify-policy").files;
  return own === undefined ? fetchBytes(el("verify").dataset.policy) : bytesOf(own);
}

function show(verdict, facts, order, command) {
  el("verify-verdict").textContent = word(verdict);
  summary(el("verify-facts"), facts.map(([name, text]) => [word(name), String(text)]));
  el("verify-order").replaceChildren(...order.map(({ item, ticket, selected }) => {
    const row = document.createElement("li");
    const [name, number] = [document.createElement(selected ? "strong" : "span"), document.createElement("code")];
    name.textContent = item;
    number.textContent = ticket;
    row.append(name, " ", number);
    return row;
  }));
  el("verify-order").hidden = order.length === 0;
  el("verify-command").textContent = command;
  el("verify-result").hidden = false;
}

async function receipt(text, name) {
  const file = await trustFile();
  const found = checkReceipt(text, readPolicy(file));
  const { ev } = found;
  const facts = [
    ["fact-act", ev.act], ["fact-time", time(ev.ts)], ["fact-tick", time(found.ts)],
    ["fact-quorum", time(found.quorumMs)], ["fact-origin", found.origin],
    ["fact-position", `${found.index} / ${found.size}`], ["fact-c", inFours(found.c)],
    ["fact-chain", `${ev.tx} ${ev.n}`], ["fact-refs", ev.refs.map(({ k }) => k).join(", ")],
    ["fact-policy", inFours(toHex(hash(file)))],
  ];
  if (found.origin.startsWith("sandbox.")) facts.unshift(["fact-sandbox", found.origin]);
  const verdict = found.witnessed ? "receipt-holds" : "receipt-unwitnessed";
  show(verdict, facts, [], `tianping verify receipt ${name} --policy log.policy`);
}

function acknowledgement(bytes, file, name) {
  const ack = checkAck(read(bytes), readPolicy(file));
  const facts = [
    ["fact-time", time(ack.ts)], ["fact-origin", ack.origin], ["fact-c", inFours(ack.c)],
    ["fact-chain", `${ack.tx} ${ack.n}`], ["fact-object", inFours(ack.x)],
    ["fact-policy", inFours(toHex(hash(file)))],
  ];
  if (ack.origin.startsWith("sandbox.")) facts.unshift(["fact-sandbox", ack.origin]);
  show("ack-holds", facts, [], `tianping verify receipt ${name} --policy log.policy`);
}

function transcript(bytes, name) {
  const draw = recompute(bytes);
  const absent = draw.contribs.filter(([, value]) => value === CLOSED).map(([who]) => who);
  const facts = [
    ["fact-draw", draw.draw], ["fact-attempt", draw.attempt], ["fact-purpose", draw.purpose],
    ["fact-take", draw.take], ["fact-frozen", inFours(draw.frozen)], ["fact-seed", inFours(draw.seed)],
    ["fact-items", draw.items.length], ["fact-contribs", draw.contribs.length - absent.length],
    ["fact-absent", absent.join(", ") || 0], ["fact-beacons", draw.beacons.length],
  ];
  const order = draw.order.map((row, i) => ({ ...row, selected: i < draw.take }));
  const command = [
    `seed=$(sha256sum ${name} | cut -c1-64); n=$(grep -c '^item ' ${name})`,
    "head -c $((32*n)) /dev/zero | openssl enc -chacha20 -K $seed -iv 00000000000000000000000000000000 \\",
    `  | xxd -p -c32 | paste -d' ' - <(sed -n 's/^item //p' ${name}) | LC_ALL=C sort | nl`,
  ].join("\n");
  show("draw-order-only", facts, order, command);
}

/** Says what a file is and what it proves. */
async function verify(file) {
  el("verify-alert").hidden = true;
  el("verify-result").hidden = true;
  try {
    const bytes = await bytesOf(file);
    const start = new TextDecoder().decode(bytes.subarray(0, 32));
    // a name that a shell would read otherwise is not put into a command
    const name = /^[\w.-]+$/.test(file.name) ? file.name : "FILE";
    if (start.startsWith("c2sp.org/tlog-proof@")) await receipt(fromUtf8(bytes), name);
    else if (start.startsWith("tianping-draw/")) transcript(bytes, name);
    else if (start.startsWith("{")) acknowledgement(bytes, await trustFile(), name);
    else throw Object.assign(new Flaw(file.name), { word: "unknown-file" });
  } catch (error) {
    alertOf("verify-alert", error.word ?? "error-verify", error);
  }
}

el("verify-file").addEventListener("change", ({ target }) => {
  if (target.files.length > 0) verify(target.files[0]);
});
const drop = el("verify-drop");
drop.addEventListener("dragover", (event) => event.preventDefault());
drop.addEventListener("drop", (event) => {
  event.preventDefault();
  const [file] = event.dataTransfer.files;
  if (file !== undefined) verify(file);
});
