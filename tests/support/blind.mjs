// Runs the page's script on the vectors of RFC 9474, appendix A: the blinded message and the signature must be theirs.
import { readFileSync } from 'node:fs';
import { runInThisContext } from 'node:vm';

const [script, vectors] = process.argv.slice(2).map(file => readFileSync(file, 'utf8'));
runInThisContext(script);
const { blind, finish, bytesOf, inverse, hex, unhex } = globalThis.blindTokens;
const given = JSON.parse(vectors).vectors.find(one => one.name === 'RSABSSA-SHA384-PSS-Randomized');
const [n, e, inv] = [given.n, given.e, given.inv].map(BigInt);
const length = n.toString(2).length / 8;
const own = await blind(n, e, unhex(given.msg_prefix), unhex(given.msg), unhex(given.salt), inverse(inv, n));
const said = [];
if (hex(bytesOf(own.blinded, length)) === given.blinded_msg && own.undo === inv) said.push('blinded');
const signed = BigInt('0x' + given.blind_sig);
if (hex(bytesOf(finish(n, e, signed, own.undo, own.encoded), length)) === given.sig) said.push('signature');
try { finish(n, e, signed + 1n, own.undo, own.encoded); } catch (error) { said.push('wrong signature refused'); }
console.log(said.join(', '));

// The whole way with a key of OpenSSL, whose verification knows nothing of blinding; the same secret gives the same message again.
import { constants, createPublicKey, generateKeyPairSync, verify, webcrypto } from 'node:crypto';

const { prepare, message } = globalThis.blindTokens;
const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const jwk = privateKey.export({ format: 'jwk' });
const [modulus, exponent, secretExponent] = [jwk.n, jwk.e, jwk.d].map(part => BigInt('0x' + Buffer.from(part, 'base64url').toString('hex')));
const power = (base, exponent, modulus) => {
  let result = 1n;
  for (; exponent; exponent >>= 1n, base = base * base % modulus) if (exponent & 1n) result = result * base % modulus;
  return result;
};
for (let round = 0; round < 8; round++) {
  const secret = webcrypto.getRandomValues(new Uint8Array(32));
  const [one, again] = [await prepare(secret, '2026q4', 'u', modulus, exponent), await prepare(secret, '2026q4', 'u', modulus, exponent)];
  if (one.blinded !== again.blinded) throw new Error('another message');
  const signature = finish(modulus, exponent, power(one.blinded, secretExponent, modulus), one.undo, one.encoded);
  const text = Buffer.concat([Buffer.from(one.prefix), Buffer.from(message('2026q4', 'u'))]);
  const key = { key: createPublicKey(privateKey), padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 48 };
  if (!verify('sha384', text, key, Buffer.from(bytesOf(signature, 256)))) throw new Error('no signature of RSASSA-PSS');
}
