/**
 * The environment check (page 15): whether this device can seal a bid, tried and not asked.
 *
 * In: the device, and the site's trust file and clock. Out: a verdict for each row, in the page's own
 * sentences. Never: a verdict on something that was not tried; anything kept or sent.
 *
 * # Page contract (`templates/verify/environment.html` keeps it)
 *
 * `#environment` carries data-policy and data-time, addresses. In it, for each of the names in `TRIED`, a
 *   `li` with data-try=<name> that holds a `strong`; #environment-verdict (output, role status).
 * Words, as elements with data-word: ok, failed, all-well, not-well.
 */
import { generateX25519Identity, identityToRecipient } from "./vendor/age.js";
import { ensure, toHex, utf8 } from "./seal/canon.js";
import { newSeed, unwrap, wrap } from "./seal/keyfile.js";
import { el, word } from "./seal/page.js";
import { PIECE, streamHash } from "./seal/pieces.js";
import { readPolicy } from "./seal/policy.js";
import { decrypt, encrypt } from "./seal/profile.js";
import { openBy, publicKey, sign } from "./seal/sig.js";
import { fetchBytes } from "./seal/trust.js";

/** How far the device's clock may be off, ms. */
const OFF = 5000;
/** What a large document is tried with. */
const PIECES = 16;

const page = el("environment").dataset;

const TRIED = {
  random: async () => ensure(window.isSecureContext && toHex(newSeed()) !== toHex(newSeed()), "random numbers"),
  sign: async () => {
    const seed = newSeed();
    const x = { t: "environment/1", n: 1 };
    openBy(sign(x, seed), publicKey(seed));
  },
  seal: async () => {
    const identity = await generateX25519Identity();
    const sealed = await encrypt(await identityToRecipient(identity), utf8("天平"));
    const opened = await new Response(await decrypt(identity, new Blob([sealed]))).text();
    ensure(opened === "天平", "sealing");
  },
  keyfile: async () => {
    const seed = newSeed();
    const file = await wrap(seed, "environment check");
    ensure(toHex(await unwrap(file, "environment check")) === toHex(seed), "key file");
  },
  large: async () => {
    const blob = new Blob(Array.from({ length: PIECES }, () => new Uint8Array(PIECE)));
    await streamHash(blob.stream(), () => {});
  },
  trust: async () => readPolicy(await fetchBytes(page.policy)),
  clock: async () => {
    const sent = Date.now();
    const clock = await (await fetch(page.time, { headers: { accept: "application/json" } })).json();
    const back = Date.now();
    ensure(clock.sandbox || Math.abs(clock.now - (sent + back) / 2) - (back - sent) / 2 <= OFF, "clock");
  },
};

const rows = Object.entries(TRIED).map(([name, attempt]) => ({
  attempt, tag: document.querySelector(`[data-try="${name}"] strong`),
}));
const [verdict, well, notWell] = [el("environment-verdict"), word("all-well"), word("not-well")];
const [ok, bad] = [word("ok"), word("failed")];
let failed = 0;
for (const { attempt, tag } of rows) {
  try {
    await attempt();
    tag.textContent = ok;
    tag.className = "tag tag-done";
  } catch (error) {
    failed += 1;
    tag.textContent = bad;
    tag.className = "tag tag-overdue";
    tag.title = String(error);
  }
}
verdict.textContent = failed === 0 ? well : notWell;
