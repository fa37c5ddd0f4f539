/**
 * The page that registers a key: it makes one and puts its public half into the form.
 *
 * Page contract: that of `seal/keymaker.js`, and `#key-form-public`, the form's field for the public
 * key as base64 of 32 bytes. Without JavaScript the field is filled from `tianping seal --new-key`.
 */
import { toBase64 } from "./seal/canon.js";
import { keyMaker } from "./seal/keymaker.js";
import { el } from "./seal/page.js";

keyMaker((key) => {
  el("key-form-public").value = toBase64(key);
});
