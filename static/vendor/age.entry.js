// What the pages need, and nothing else. Built into age.js; see README.md beside it.
import { Decrypter, Encrypter, armor, generateX25519Identity, identityToRecipient } from "age-encryption";
import { forceWebCryptoOff } from "./node_modules/age-encryption/dist/x25519.js";
import { chacha20 } from "@noble/ciphers/chacha.js";
import { ed25519, x25519 } from "@noble/curves/ed25519.js";
import { sha256, sha512 } from "@noble/hashes/sha2.js";
import { base64, bech32, hex } from "@scure/base";

// crypto.subtle is missing on plain http, where the library would fail instead of falling back:
// one path, the same everywhere
forceWebCryptoOff(true);

export {
  Decrypter, Encrypter, armor, base64, bech32, chacha20, ed25519, generateX25519Identity, hex,
  identityToRecipient, sha256, sha512, x25519,
};
