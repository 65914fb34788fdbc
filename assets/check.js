// Looks a receipt up in the record of a survey, on this device: the whole list is fetched, so that nobody learns
// which receipt was looked for. The list must have the root that the record's head has signed (RFC 6962).
(() => {
  const form = document.querySelector('[data-log]');
  const all = css => Array.from(document.querySelectorAll(css));
  // A receipt that came with the address goes with the links to a survey.
  all('[data-keeps-receipt]').forEach(link => { link.hash = location.hash; });
  if (!form) return;
  form.hidden = false;
  const field = form.querySelector('textarea'), wrong = document.getElementById('receipt-wrong');
  const WIDTH = 256, log = form.dataset.log;

  const say = (...names) => all('[data-say]').forEach(part => { part.hidden = !names.includes(part.dataset.say); });
  const fill = (name, text) => all('[data-' + name + ']').forEach(part => { part.textContent = text; });
  const digitsOf = text => text.normalize('NFKC').toLowerCase().replace(/[^0-9a-z]/g, '').replace(/o/g, '0').replace(/[il]/g, '1');
  const hex = bytes => Array.from(bytes, byte => byte.toString(16).padStart(2, '0')).join('');
  const decode = text => Uint8Array.from(atob(text), c => c.charCodeAt(0));
  const encode = bytes => btoa(String.fromCharCode(...bytes));
  const load = async name => {
    const answer = await fetch(log + '/' + name, { cache: name === 'checkpoint' ? 'no-store' : 'default' });
    if (!answer.ok) throw new Error(answer.status);
    return answer;
  };
  const number = index => {
    let text = String(index % 1000).padStart(3, '0');
    for (let rest = Math.floor(index / 1000); rest > 0; rest = Math.floor(rest / 1000)) text = 'x' + String(rest % 1000).padStart(3, '0') + '/' + text;
    return text;
  };

  const entriesOf = async size => {
    const entries = [];
    for (let index = 0; entries.length < size; index++) {
      const width = Math.min(WIDTH, size - entries.length);
      const answer = await load('tile/entries/' + number(index) + (width < WIDTH ? '.p/' + width : ''));
      const bytes = new Uint8Array(await answer.arrayBuffer());
      const before = entries.length;
      for (let at = 0; at < bytes.length;) {
        const length = bytes[at] << 8 | bytes[at + 1];
        entries.push(bytes.slice(at + 2, at + 2 + length));
        at += 2 + length;
      }
      if (entries.length !== before + width) throw new Error('length');
      fill('done', entries.length + ' / ' + size);
    }
    return entries;
  };

  const hash = async (kind, ...parts) => {
    const bytes = new Uint8Array(1 + parts.reduce((sum, part) => sum + part.length, 0));
    bytes[0] = kind;
    let at = 1;
    parts.forEach(part => { bytes.set(part, at); at += part.length; });
    return new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  };
  // Level by level; the last one of an odd number goes up as it is. `place` leaves its neighbors in `path`.
  const climb = async (entries, place) => {
    let level = await Promise.all(entries.map(entry => hash(0, entry)));
    const path = [];
    while (level.length > 1) {
      const beside = place ^ 1;
      if (place >= 0 && beside < level.length) path.push(level[beside]);
      const above = [];
      for (let i = 0; i < level.length; i += 2) above.push(i + 1 < level.length ? hash(1, level[i], level[i + 1]) : level[i]);
      level = await Promise.all(above);
      if (place >= 0) place >>= 1;
    }
    const root = level[0] || new Uint8Array(await crypto.subtle.digest('SHA-256', new Uint8Array(0)));
    return { root, path };
  };

  // Whether the head is signed with the key that this page names; null where the browser cannot tell.
  const isSigned = async note => {
    const end = note.indexOf('\n\n'), text = note.slice(0, end + 1), origin = text.split('\n')[0];
    const line = note.slice(end + 2).split('\n').find(line => line.startsWith('\u2014 ' + origin + ' '));
    if (!line) return false;
    try {
      const key = await crypto.subtle.importKey('raw', decode(form.dataset.key), { name: 'Ed25519' }, false, ['verify']);
      return await crypto.subtle.verify('Ed25519', key, decode(line.split(' ')[2]).slice(4), new TextEncoder().encode(text));
    } catch (e) { return null; }
  };

  const look = async digits => {
    const note = await (await load('checkpoint')).text();
    const lines = note.split('\n'), size = Number(lines[1]);
    const entries = await entriesOf(size);
    const place = entries.findIndex(entry => hex(entry) === digits);
    let trust = 'uncounted', path = [];
    if (window.crypto && crypto.subtle) {
      const climbed = await climb(entries, place);
      const signed = await isSigned(note);
      if (encode(climbed.root) !== lines[2] || signed === false) return say('broken');
      trust = signed ? 'signed' : 'unsigned';
      path = climbed.path;
    }
    fill('place', place + 1);
    fill('size', size);
    all('[data-proof]').forEach(link => {
      const proof = ['c2sp.org/tlog-proof@v1', 'index ' + place, ...path.map(encode), '', note].join('\n');
      link.href = URL.createObjectURL(new Blob([proof], { type: 'text/plain' }));
      link.parentElement.hidden = trust === 'uncounted';
    });
    say(place >= 0 ? 'found' : 'missing', trust);
  };

  form.addEventListener('submit', event => {
    event.preventDefault();
    const digits = digitsOf(field.value), fits = /^[0-9a-f]{64}$/.test(digits);
    wrong.hidden = fits;
    field.setAttribute('aria-invalid', !fits);
    if (!fits) { say(); field.focus(); return; }
    say('working');
    look(digits).catch(() => say('failed'));
  });
  // Other fragments are places on the page.
  const given = digitsOf(location.hash);
  if (/^[0-9a-f]{8,}$/.test(given)) {
    field.value = (given.match(/.{1,8}/g) || []).join(' ');
    history.replaceState(null, '', location.pathname + location.search);
  }
})();
