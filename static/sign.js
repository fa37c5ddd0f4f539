/**
 * Signs what a page shows for signing, with a key file that is opened in the page.
 *
 * In: a `pre[data-sign]` for each object, a key file and its passphrase. Out: `signed/1`, one a line, in
 * the field whose id the data-sign names. Never: the key outside this page.
 *
 * Page contract (`templates/parts/signing.html` keeps it): #sign-keyfile (file), #sign-passphrase,
 *   #sign-go (button), #sign-alert (alert with a `p`, and a `code` in a `details`, hidden); data-word: error-key.
 */
import { fromUtf8, read, utf8, write } from "./seal/canon.js";
import { unwrap } from "./seal/keyfile.js";
import { Said, el, onPress } from "./seal/page.js";
import { breathe } from "./seal/pieces.js";
import { sign } from "./seal/sig.js";

onPress("sign-go", "sign-alert", "error-key", async () => {
  const [file] = el("sign-keyfile").files;
  if (file === undefined) throw new Said("error-key", "no file");
  await breathe();
  const seed = await unwrap(new Uint8Array(await file.arrayBuffer()), el("sign-passphrase").value);
  el("sign-passphrase").value = "";
  const fields = Map.groupBy(document.querySelectorAll("pre[data-sign]"), (shown) => shown.dataset.sign);
  for (const [id, objects] of fields) {
    const lines = objects.map((shown) => fromUtf8(write(sign(read(utf8(shown.textContent)), seed))));
    el(id).value = lines.join("\n");
  }
});
