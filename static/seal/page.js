/**
 * The page's side: its elements, its words, its messages.
 *
 * In: ids and word names of the page contract. Out: what the reader sees. Never: a sentence that is
 * not in the page, markup made from data.
 */

/** @param {string} id @returns {any} the element the contract promises */
export function el(id) {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`page contract: no #${id}`);
  return found;
}

/** @param {string} name @returns {string} the page's own sentence for it */
export function word(name) {
  const found = document.querySelector(`[data-word="${CSS.escape(name)}"]`);
  return found === null ? name : found.textContent.trim();
}

/**
 * Makes a link that saves a file when it is followed.
 * @param {string} id
 * @param {Blob} blob
 * @param {string} name
 */
export function offer(id, blob, name) {
  const link = el(id);
  if (link.href.startsWith("blob:")) URL.revokeObjectURL(link.href);
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.hidden = false;
}

/** @param {string} text @param {string} type @returns {Blob} */
export const textFile = (text, type) => new Blob([text], { type });

/**
 * Fills a summary list with rows of a name and a text.
 * @param {HTMLElement} list a `dl`
 * @param {[string, string, string?][]} rows name, text, and the language of a text that has its own
 */
export function summary(list, rows) {
  list.replaceChildren(...rows.flatMap(([name, text, lang]) => {
    const [term, value] = [document.createElement("dt"), document.createElement("dd")];
    term.textContent = name;
    value.textContent = text;
    if (lang !== undefined) value.lang = lang;
    return [term, value];
  }));
}

/** @param {string} hash @returns {string} in groups of four, to be compared by eye */
export const inFours = (hash) => hash.replace(/.{4}(?=.)/g, "$& ");

/**
 * Shows how far a long work is.
 * @param {string} id of a `progress` element with an `output` of the same id and `-text`
 * @param {number} total bytes
 * @returns {(done: number) => void}
 */
export function progressBar(id, total) {
  const [bar, text] = [el(id), el(`${id}-text`)];
  bar.max = total;
  return (done) => {
    bar.hidden = false;
    bar.value = Math.min(done, total);
    text.textContent = `${Math.min(100, Math.floor((100 * done) / total))} %`;
  };
}

/**
 * Says what went wrong: the page's sentence for the step, and the reason for who must find out.
 * @param {string} id of the alert, with a `p` and a `code` in it
 * @param {string} name of the sentence
 * @param {Error} error
 */
export function alertOf(id, name, error) {
  const box = el(id);
  box.querySelector("p").textContent = word(name);
  box.querySelector("code").textContent = error.message;
  box.hidden = false;
  box.focus();
}

/**
 * Runs a work when a button is pressed, once at a time, and says what went wrong.
 * @param {string} id of the button
 * @param {string} alert id of the alert
 * @param {string} failure name of the sentence when it fails
 * @param {() => Promise<void> | void} work
 */
export function onPress(id, alert, failure, work) {
  const button = el(id);
  button.addEventListener("click", async (event) => {
    event.preventDefault();
    button.disabled = true;
    el(alert).hidden = true;
    try {
      await work();
    } catch (error) {
      alertOf(alert, error.word ?? failure, error);
    } finally {
      button.disabled = false;
    }
  });
}

/** A reason that has its own sentence in the page. */
export class Said extends Error {
  /** @param {string} name of the sentence @param {string} reason */
  constructor(name, reason) {
    super(reason);
    this.word = name;
  }
}
