// Stands in for @noble/post-quantum: protocols H refuses post-quantum suites (`age1pq...`).
const refuse = () => {
  throw new Error("post-quantum recipients are refused");
};
export const MLKEM768P256 = { getPublicKey: refuse, encapsulate: refuse, decapsulate: refuse };
export const MLKEM768X25519 = MLKEM768P256;
