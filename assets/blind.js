// Blind tokens (RFC 9474, RSABSSA-SHA384-PSS-Randomized): the code is sent to the office with a message that it signs and cannot
// read; the answers are sent to the urn with the token that the phone makes of the signature. Loaded only when a resident sends.
// Everything random follows from one secret, which stays on the phone, beside the draft, until the answer is received: whatever is lost on
// the way is sent again as it was, and a draft that is cleared or a day old takes no used code with it. It tells nothing of an answer.
(() => {
  const text = words => new TextEncoder().encode(words);
  const join = (...parts) => new Uint8Array(parts.reduce((all, part) => all.concat(Array.from(part)), []));
  const hex = bytes => Array.from(bytes, byte => byte.toString(16).padStart(2, '0')).join('');
  const unhex = digits => new Uint8Array((digits.match(/../g) || []).map(pair => parseInt(pair, 16)));
  const number = bytes => BigInt('0x' + (hex(bytes) || '0'));
  const bytesOf = (value, length) => unhex(value.toString(16).padStart(2 * length, '0'));
  const hash = async (name, bytes) => new Uint8Array(await crypto.subtle.digest(name, bytes));
  const same = (a, b) => a.length === b.length && a.every((byte, at) => byte === b[at]);
  const BITS = 8, HASH = 48;

  const power = (base, exponent, modulus) => {
    let result = 1n;
    for (base %= modulus; exponent; exponent >>= 1n) {
      if (exponent & 1n) result = result * base % modulus;
      base = base * base % modulus;
    }
    return result;
  };
  // The inverse; nothing where there is none, which would be a factor of the key.
  const inverse = (value, modulus) => {
    let [a, b, x, y] = [value % modulus, modulus, 1n, 0n];
    while (a) [a, b, x, y] = [b % a, a, y - b / a * x, x];
    if (b !== 1n) throw new Error('no inverse');
    return (y % modulus + modulus) % modulus;
  };

  // EMSA-PSS (RFC 8017, section 9.1.1) with SHA-384 and MGF1, of the message and its randomizer.
  const encode = async (prefix, message, salt, bits) => {
    const length = Math.ceil((bits - 1) / BITS);
    const digest = await hash('SHA-384', join(prefix, message));
    const h = await hash('SHA-384', join(new Uint8Array(8), digest, salt));
    const db = join(new Uint8Array(length - salt.length - HASH - 2), [1], salt);
    for (let at = 0; at < db.length; at += HASH) {
      const mask = await hash('SHA-384', join(h, bytesOf(BigInt(at / HASH), 4)));
      for (let i = at; i < Math.min(at + HASH, db.length); i++) db[i] ^= mask[i - at];
    }
    db[0] &= 255 >> BITS * length - (bits - 1);
    return join(db, h, [188]);
  };
  const lengthOf = n => n.toString(2).length;

  // Blinds a message with a factor; gives what the office signs, and what undoes the factor.
  const blind = async (n, e, prefix, message, salt, factor) => {
    const encoded = number(await encode(prefix, message, salt, lengthOf(n)));
    inverse(encoded, n);
    return { blinded: encoded * power(factor, e, n) % n, undo: inverse(factor, n), encoded };
  };
  // The token's signature; nothing if it is not one of this key.
  const finish = (n, e, signed, undo, encoded) => {
    const signature = signed * undo % n;
    if (power(signature, e, n) !== encoded) throw new Error('no signature');
    return signature;
  };

  // A path of a tree of hashes (RFC 9162, section 2.1.3.2).
  const includes = async (line, place, size, path, root) => {
    if (place >= size) return false;
    let at = place, last = size - 1, found = await hash('SHA-256', join([0], text(line)));
    for (const sibling of path) {
      if (!last) return false;
      if (at & 1 || at === last) {
        found = await hash('SHA-256', join([1], sibling, found));
        while (!(at & 1) && at) { at >>= 1; last >>= 1; }
      } else found = await hash('SHA-256', join([1], found, sibling));
      at >>= 1;
      last >>= 1;
    }
    return !last && same(found, root);
  };

  // So many bytes that follow from the secret.
  const stretch = async (secret, purpose, length) => {
    let bytes = [];
    for (let block = 0; bytes.length < length; block++) bytes = join(bytes, await hash('SHA-512', join(secret, text(purpose), [block])));
    return bytes.slice(0, length);
  };
  const message = (wave, unit) => text('minyi/v1/blind\n' + wave + '\n' + unit);

  // What follows from a secret for one key: the randomizer, the blinded message, and what makes a token of its signature.
  const prepare = async (secret, wave, unit, n, e) => {
    const prefix = await stretch(secret, 'prefix', 32), salt = await stretch(secret, 'salt', HASH);
    // Longer by 128 bits than the key: no value is more likely than another.
    const wide = number(await stretch(secret, 'factor', Math.ceil(lengthOf(n) / BITS) + 16));
    return { prefix, ...await blind(n, e, prefix, message(wave, unit), salt, wide % (n - 1n) + 1n) };
  };

  // The office does not keep what is in the record: nothing more is told to it, and nothing is sent.
  const foul = form => {
    document.querySelector('#wait p').textContent = form.dataset.foul;
    throw Object.assign(new Error('not the keys of the record'), { said: form.dataset.foul });
  };

  // Sends the code to the office and the answers to the urn; the answer of the first who refuses, or the urn's. Whoever tries the
  // service first has everything up to the token, and then what the other script does with it.
  const send = async (form, name, post, trying) => {
    if (trying && !globalThis.castOrChallenge) await new Promise((onload, onerror) => document.documentElement.append(Object.assign(document.createElement('script'), { src: form.dataset.trial, onload, onerror })));
    if (trying) return castOrChallenge.begin(form, name, post);
    const own = await token(form, name, post);
    if (own.refused) return own.refused;
    const answer = await (globalThis.castOrChallenge ? castOrChallenge.cast(own) : post(form.dataset.urn, own.fields()));
    if (answer.ok) own.forget();
    return answer;
  };
  // The token, and what is sent with it; or the answer of the office that refuses.
  const token = async (form, name, post) => {
    const wave = new URL(form.action).pathname.split('/')[2], e = 65537n, place = 'minyi-token-' + name;
    const state = JSON.parse(localStorage[place] || 'null') || { s: hex(crypto.getRandomValues(new Uint8Array(32))) };
    const save = () => { localStorage[place] = JSON.stringify(state); };
    if (!state.g) {
      const code = [['_code', form._code.value]];
      if (!state.l) {
        const asked = await post(form.action.replace(/(\?|$)/, '/key$1'), code);
        if (!asked.ok) return { refused: asked };
        const key = await asked.json();
        if (!await includes(key.line, key.place, key.size, key.path.map(unhex), unhex(form.dataset.keys))) foul(form);
        state.l = key.line;
      }
      const [unit, modulus] = state.l.split(' ');
      // On the disk of the phone before anything depends on it.
      save();
      const n = number(Uint8Array.from(atob(modulus), c => c.charCodeAt(0))), size = lengthOf(n) / BITS;
      const own = await prepare(unhex(state.s), wave, unit, n, e);
      const signed = await post(form.action.replace(/(\?|$)/, '/sign$1'), [...code, ['_blinded', hex(bytesOf(own.blinded, size))]]);
      if (!signed.ok) return { refused: signed };
      try {
        const signature = finish(n, e, number(unhex((await signed.json()).signature)), own.undo, own.encoded);
        Object.assign(state, { u: unit, p: hex(own.prefix), g: hex(bytesOf(signature, size)) });
      } catch (error) { foul(form); }
      save();
    }
    const fields = () => [...Array.from(new FormData(form)).filter(([name]) => name !== '_code'), ['_unit', state.u], ['_token', state.p], ['_signature', state.g]];
    // How many commitments were opened with it, also before the page was loaded again.
    const opened = more => {
      if (more) { state.o = (state.o || 0) + more; save(); }
      return state.o || 0;
    };
    return { form, name, post, unit: state.u, fields, opened, forget: () => localStorage.removeItem(place) };
  };

  globalThis.sendApart = send;
  globalThis.tokenApart = token;
  // For the vectors of RFC 9474 and for those who want to check.
  globalThis.blindTokens = { blind, finish, encode, includes, prepare, message, number, bytesOf, inverse, hex, unhex };
})();
