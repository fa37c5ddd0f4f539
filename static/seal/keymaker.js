/**
 * Making a bidder's key in the page.
 *
 * In: a passphrase typed twice. Out: the wrapped key file to be saved, its public half and name.
 * Never: the key outside the page unwrapped.
 *
 * Page contract, all ids:
 *   #key-passphrase, #key-again   password inputs; the least length is said beside them
 *   #key-make                     button
 *   #key-alert                    alert with a `p` and a `code`, hidden
 *   #key-made                     section, hidden, shown when the key is made, with
 *   #key-save                     link that saves `tianping.key`
 *   #key-kid, #key-public         outputs: name and public key
 *   data-word: error-passphrase, error-again, error-key
 */
import { toBase64 } from "./canon.js";
import { PASSPHRASE_MIN, newSeed, wrap } from "./keyfile.js";
import { Said, el, inFours, offer, onPress } from "./page.js";
import { breathe } from "./pieces.js";
import { kid, publicKey } from "./sig.js";

/** @param {(key: Uint8Array) => void} made is given the public key */
export function keyMaker(made) {
  onPress("key-make", "key-alert", "error-key", async () => {
    const passphrase = el("key-passphrase").value;
    const long = passphrase.length >= PASSPHRASE_MIN;
    if (!long) throw new Said("error-passphrase", `${passphrase.length} < ${PASSPHRASE_MIN}`);
    if (passphrase !== el("key-again").value) throw new Said("error-again", "passphrase");
    await breathe();
    const seed = newSeed();
    offer("key-save", new Blob([await wrap(seed, passphrase)]), "tianping.key");
    const key = publicKey(seed);
    el("key-kid").textContent = inFours(kid(key));
    el("key-public").textContent = toBase64(key);
    el("key-passphrase").value = "";
    el("key-again").value = "";
    el("key-made").hidden = false;
    made(key);
  });
}
