/**
 * Merkle trees (RFC 6962, RFC 9162): leaves, roots, inclusion.
 *
 * In: leaf hashes, or a leaf with its path. Out: a root. Never: a path longer or shorter than the
 * tree asks for.
 */
import { ensure, hash } from "./canon.js";

const LEAF = Uint8Array.of(0);
const NODE = Uint8Array.of(1);

/** @param {Uint8Array} data */
export const leafHash = (data) => hash(LEAF, data);

/** @param {Uint8Array[]} leaves leaf hashes @returns {Uint8Array} */
export function root(leaves) {
  if (leaves.length === 0) return hash();
  let level = leaves;
  while (level.length > 1) {
    const above = [];
    for (let i = 0; i < level.length; i += 2) {
      // a node without a sibling moves up as it is: the same tree as RFC 6962's split
      above.push(i + 1 < level.length ? hash(NODE, level[i], level[i + 1]) : level[i]);
    }
    level = above;
  }
  return level[0];
}

/**
 * The root an inclusion proof leads to (RFC 9162 2.1.3.2).
 * @param {Uint8Array} leaf its hash
 * @param {number} index
 * @param {number} size of the tree
 * @param {Uint8Array[]} path
 * @returns {Uint8Array}
 */
export function rootFromPath(leaf, index, size, path) {
  ensure(index < size, "inclusion: index beyond the tree");
  let [fn, sn, found] = [index, size - 1, leaf];
  for (const sibling of path) {
    ensure(sn > 0, "inclusion: path too long");
    if (fn % 2 === 1 || fn === sn) {
      found = hash(NODE, sibling, found);
      while (fn % 2 === 0 && fn !== 0) {
        [fn, sn] = [fn / 2, Math.floor(sn / 2)];
      }
    } else {
      found = hash(NODE, found, sibling);
    }
    [fn, sn] = [Math.floor(fn / 2), Math.floor(sn / 2)];
  }
  ensure(sn === 0, "inclusion: path too short");
  return found;
}
