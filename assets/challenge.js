// Cast or challenge: the urn commits to the answers before it can know what becomes of the commitment. Opened, it shows on this
// phone whether the very answers were in it, and is thrown away; else the answers are sent with it, and the receipt must be it.
// Loaded only when a resident tries the service before sending. Nothing of it is kept on the phone.
(() => {
  const { hex, unhex } = globalThis.blindTokens;
  const by = id => document.getElementById(id);
  const PURPOSE = new TextEncoder().encode('minyi/v1/response');
  // How often an answer is sent with a commitment that the urn cannot use any more.
  const TRIES = 4;
  // How many commitments of a token the urn opens. Whoever refuses before has a reason that this page does not know.
  const MOST = 5;
  // The commitment in hand: what was drawn for it, for which answers, and what the urn said.
  let own, held = null, fixed = '';

  // The answers as a record has them: a layout, then four bytes for each question: whether it was asked, and which options were
  // chosen, by their places in the questionnaire. Follows the rules of the server by itself.
  const encode = form => {
    const said = new FormData(form), chosen = {}, bytes = [1];
    let ended = false;
    form.querySelectorAll('fieldset[data-item]').forEach(step => {
      const [item, codes] = (step.dataset.if || '').split('=');
      const asked = !ended && (!codes || (chosen[item] || []).some(code => codes.split(' ').includes(code)));
      chosen[step.dataset.item] = asked ? said.getAll(step.dataset.item) : [];
      let bits = asked ? 1 << 31 : 0;
      step.querySelectorAll('input').forEach(input => {
        if (!chosen[step.dataset.item].includes(input.value)) return;
        bits |= 1 << Number(input.id.split('-').pop()) - 1;
        ended = ended || input.hasAttribute('data-ends');
      });
      bytes.push(bits >>> 24, bits >>> 16 & 255, bits >>> 8 & 255, bits & 255);
    });
    return hex(bytes);
  };

  // County, stratum, variance unit and answers of a record; nothing if these bytes are none.
  const read = bytes => {
    const parts = [];
    let at = 33;
    while (at + 4 <= bytes.length) {
      const length = new DataView(bytes.buffer, bytes.byteOffset + at).getUint32(0);
      parts.push(bytes.slice(at + 4, at + 4 + length));
      at += 4 + length;
    }
    if (bytes[0] !== 1 || parts.length !== 4 || at !== bytes.length) return null;
    const [county, , unit] = parts.map(part => new TextDecoder().decode(part));
    return { county, unit, said: hex(parts[3]) };
  };

  // Whether salt and record open the commitment, and the record is of these answers, here.
  const holds = async (commitment, salt, record, said, unit, county) => {
    const bytes = unhex(record), found = read(bytes);
    const digest = await crypto.subtle.digest('SHA-256', new Uint8Array([...PURPOSE, ...unhex(salt), ...bytes]));
    return !!found && hex(new Uint8Array(digest)) === commitment && found.said === said && found.unit === unit && found.county === county;
  };

  const groups = digits => (digits.match(/.{8}/g) || []).join(' ');
  const say = (...names) => document.querySelectorAll('[data-tried]').forEach(part => {
    part.hidden = !names.includes(part.dataset.tried);
    if (held && part.dataset.tried === 'number') part.textContent = groups(held.commitment);
    if (held && part.dataset.tried === 'word') part.textContent = groups(held.signature);
  });
  const lock = on => ['try', 'open', 'send'].forEach(id => { by(id).disabled = on; });
  const ask = (step, more) => own.post(own.form.dataset.urn.replace(/(\?|$)/, step + '$1'), [...own.fields(), ...more]);

  // Has the urn commit to what is marked now; its answer if it does not.
  const prepare = async () => {
    const nonce = hex(crypto.getRandomValues(new Uint8Array(32))), said = encode(own.form);
    const answer = await ask('/prepare', [['_nonce', nonce]]);
    if (!answer.ok) return answer;
    held = { nonce, said, ...await answer.json() };
    fixed = held.commitment;
  };
  // Opens what is in hand: same, other, enough, worn or failed.
  const open = async () => {
    held.opened = true;
    const answer = await ask('/open', [['_nonce', held.nonce], ['_day', held.day]]);
    if (answer.status === 429) return own.opened() < MOST ? 'failed' : 'enough';
    if (!answer.ok) return answer.status === 412 ? 'worn' : 'failed';
    if (!held.counted) held.counted = own.opened(1);
    const { salt, record } = await answer.json(), county = new URL(own.form.action).pathname.split('/')[3];
    return await holds(held.commitment, salt, record, held.said, own.unit, county) ? 'same' : 'other';
  };
  const isFresh = () => held && !held.opened && held.said === encode(own.form);

  // One step of a trial at a time, and none while answers are sent.
  const step = async action => {
    if (by('send').disabled) return;
    lock(true);
    try { say(...await action()); } catch (error) {
      say('failed');
      if (error.said) document.querySelector('[data-tried=failed]').textContent = error.said;
    }
    lock(false);
    by('try').hidden = !!held;
    by('open').hidden = !held || !!held.foul;
  };
  const begin = (form, name, post) => step(async () => {
    own = await tokenApart(form, name, post);
    if (own.refused) return ['failed'];
    by('open').onclick = () => step(look);
    // Other answers: what was committed to is of no use.
    form.addEventListener('change', () => {
      held = null;
      say();
      by('try').hidden = !(by('open').hidden = true);
    });
    return await prepare() ? ['failed'] : ['held', 'number'];
  });
  const look = async () => {
    if (held.foul || held.said !== encode(own.form)) return await prepare() ? ['failed'] : ['held', 'number'];
    const found = await open();
    if (found === 'failed') return ['failed', 'number'];
    if (found === 'other') { held.foul = true; return ['other', 'number', 'word']; }
    if (await prepare()) return [found === 'same' ? 'same' : 'failed'];
    return { same: ['same', 'held', 'number'], enough: ['enough'], worn: ['held', 'number'] }[found];
  };

  // A commitment for sending that is not in hand yet: every other one is opened first, so that the urn cannot know which is sent.
  const fresh = async () => {
    for (;;) {
      const refused = await prepare();
      if (refused || crypto.getRandomValues(new Uint8Array(1))[0] & 1) return refused;
      const found = await open();
      if (found === 'other') return stop();
      if (found === 'enough') return prepare();
      // Later, and with another commitment: what could not be opened does not make the next one certain.
      if (found === 'failed') return new Response('', { status: 503 });
    }
  };
  // Nothing is sent any more, also not when the page is loaded again.
  const stop = () => {
    held.foul = true;
    by('trial').open = true;
    say('other', 'number', 'word');
    try { localStorage[own.name] = JSON.stringify({ ...JSON.parse(localStorage[own.name]), w: undefined }); } catch (error) { /* no draft */ }
    return new Promise(() => {});
  };

  // Sends with a commitment, and looks whether the receipt is the same.
  const cast = async token => {
    own = token;
    let answer;
    for (let tries = 0; tries < TRIES; tries++) {
      const refused = isFresh() ? null : await fresh();
      // Received already, as the urn has it: the same once more has its receipt, which no commitment in hand can be held against.
      if (refused && refused.status === 409) {
        answer = await own.post(own.form.dataset.urn, own.fields());
        return answer.ok && fixed ? warned(await answer.text(), by('trial').dataset.unchecked) : answer;
      }
      if (refused) return refused;
      answer = await own.post(own.form.dataset.urn, [...own.fields(), ['_nonce', held.nonce], ['_day', held.day]]);
      if (answer.status !== 412) break;
      held = null;
    }
    if (!answer.ok) return answer.status === 412 ? new Response('', { status: 503 }) : answer;
    const text = await answer.text(), receipt = new DOMParser().parseFromString(text, 'text/html').querySelector('.receipt');
    const same = receipt && receipt.textContent.replace(/\s/g, '') === held.commitment;
    return same ? new Response(text) : warned(text, by('trial').dataset.unlike);
  };
  // The page with what the resident has to know before anything else on it.
  const warned = (text, sentence) => {
    const page = new DOMParser().parseFromString(text, 'text/html'), warning = page.createElement('p');
    warning.className = 'problem';
    warning.setAttribute('role', 'alert');
    warning.textContent = sentence + ' ' + groups(fixed);
    page.querySelector('h1').after(warning);
    return new Response(page.documentElement.outerHTML);
  };

  globalThis.castOrChallenge = { begin, cast };
  // For those who want to check.
  globalThis.challengeOf = { encode, holds, read };
})();
