// The resident's page, one question at a time. Without this script the same document is one plain form.
// Nothing leaves the phone before "send"; the draft is kept on the phone under a name derived from the code.
(() => {
  const root = document.documentElement, DAY = 864e5, PREFIX = 'minyi.';
  const $ = (css, e) => (e || document).querySelector(css);
  const all = (css, e) => Array.from((e || document).querySelectorAll(css));
  // Storage may be absent or full (private windows, in-app browsers): then there is no draft, and nothing else changes.
  const attempt = f => { try { return f(); } catch (e) {} };
  let form, steps, name, draft, here, checked, busy, done;

  // The code: twelve characters and a check character over GF(32), as it is printed on the letter.
  const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
  const clean = text => text.normalize('NFKC').toUpperCase().replace(/[^0-9A-Z]/g, '').replace(/O/g, '0').replace(/[IL]/g, '1');
  const sound = code => /^[^U]{13}$/.test(code) && ALPHABET.indexOf(code[12]) ===
    Array.from(code.slice(0, 12)).reduceRight((s, c) => { s ^= ALPHABET.indexOf(c); return s << 1 ^ (s & 16 ? 37 : 0); }, 0);

  const nameOf = async code => {
    const bytes = new TextEncoder().encode('minyi/draft' + code);
    if (window.crypto && crypto.subtle) {
      const digest = await crypto.subtle.digest('SHA-256', bytes);
      return PREFIX + new Uint8Array(digest).slice(0, 16);
    }
    // Without a secure connection the browser has no digest: FNV-1a.
    return PREFIX + bytes.reduce((h, b) => Math.imul(h ^ b, 16777619) >>> 0, 2166136261);
  };

  const forgetOld = () => attempt(() => Object.keys(localStorage).forEach(key => {
    if (key.startsWith(PREFIX) && !(Math.abs(Date.now() - JSON.parse(localStorage[key]).t) < DAY)) localStorage.removeItem(key);
  }));
  const forget = () => {
    attempt(() => localStorage.removeItem(name));
    attempt(() => sessionStorage.removeItem(PREFIX));
    draft = null;
  };
  const save = waiting => {
    if (done || (form._code && !name)) return;
    const answers = Array.from(new FormData(form)).filter(pair => pair[0] !== '_code');
    draft = { t: Date.now(), b: draft ? draft.b : Date.now(), s: here.id, w: waiting, a: answers };
    if (name && !('team' in form.dataset)) attempt(() => { localStorage[name] = JSON.stringify(draft); });
  };

  // Options of scales change places when the draft was begun in the other direction.
  const turn = () => all('fieldset[data-turns]', form).forEach(step => {
    const moved = all('[data-moves]', step);
    const places = moved.map(e => { const mark = document.createComment(''); e.replaceWith(mark); return mark; });
    places.forEach((mark, i) => mark.replaceWith(moved[moved.length - 1 - i]));
  });
  const restore = async code => {
    name = await nameOf(code);
    draft = null;
    // Nothing is kept on a device of the survey team.
    if ('team' in form.dataset) return;
    draft = attempt(() => JSON.parse(localStorage[name]));
    attempt(() => { sessionStorage[PREFIX] = code; });
    if (!draft) return;
    const kept = new Map(draft.a);
    if (kept.get('_direction') !== form._direction.value) turn();
    ['_direction', '_instance', '_fast'].forEach(field => { form[field].value = kept.get(field); });
    draft.a.forEach(([field, value]) => {
      const input = all('.step input').find(e => e.name === field && e.value === value);
      if (input) input.checked = true;
    });
  };

  // Whether the code can be sent apart from the answers: what that needs must outlive a lost connection.
  const apart = () => !!(form.dataset.blind && window.isSecureContext && window.BigInt && attempt(() => localStorage[name]));

  // A voice of the phone itself: others would send the words somewhere.
  const voice = () => attempt(() => speechSynthesis.getVoices().find(v => v.localService && v.lang.slice(0, 2) === root.lang.slice(0, 2)));
  const hush = () => attempt(() => speechSynthesis.cancel());

  const given = step => all('input:checked', step);
  const asked = step => {
    const rule = step.dataset.if;
    if (!rule) return true;
    const [item, codes] = rule.split('=');
    return given($('#s-' + item)).some(e => codes.split(' ').includes(e.value));
  };
  // The steps of this resident: follow-ups only where they apply, nothing after an answer that ends.
  const path = () => {
    let ended = false;
    const found = steps.filter(step => {
      const on = step.id === 'check' || (!ended && asked(step));
      if (step.dataset.item) step.disabled = !on;
      ended = ended || (on && given(step).some(e => e.hasAttribute('data-ends')));
      return on;
    });
    $('#ended').hidden = !ended;
    $('#review').hidden = ended;
    return found;
  };

  const show = (id, quietly) => {
    const way = path(), last = way.length - 1;
    here = way.find(step => step.id === id) || way[0];
    const at = way.indexOf(here);
    steps.forEach(step => step.classList.toggle('on', step === here));
    root.classList.toggle('going', at > 0);
    $('#progress').hidden = $('#back').hidden = !at;
    $('#bar').max = last; $('#bar').value = at;
    $('#place').textContent = at === last ? form.dataset.last : form.dataset.place.replace('{n}', at).replace('{total}', last - 1);
    $('#next').hidden = at === last; $('#send').hidden = at !== last;
    $('#next').textContent = at ? form.dataset.next : form.dataset.start;
    hush();
    root.classList.toggle('apart', apart());
    if (at === last) review(way);
    if (!quietly) { scrollTo(0, 0); ($('h2', here) || $('h1')).focus(); }
  };
  const go = (id, waiting) => {
    show(id);
    history.pushState({ s: here.id, n: ((history.state || {}).n || 0) + 1 }, '');
    save(waiting);
  };
  const review = way => {
    const list = $('#answers');
    list.textContent = '';
    way.filter(step => step.dataset.item).forEach(step => {
      const row = list.appendChild(document.createElement('div'));
      const add = (tag, text) => { const e = row.appendChild(document.createElement(tag)); e.textContent = text; return e; };
      const words = given(step).map(e => e.parentNode.textContent.trim());
      const question = $('h2', step).lastChild.textContent.trim();
      add('dt', question);
      add('dd', words.join(form.dataset.comma) || form.dataset.skipped);
      const button = add('dd', '').appendChild(document.createElement('button'));
      button.textContent = form.dataset.change;
      button.type = 'button';
      button.setAttribute('aria-label', form.dataset.change + form.dataset.colon + question);
      button.onclick = () => { checked = true; go(step.id); };
    });
  };
  const next = async () => {
    const errors = $('.errors');
    if (errors) errors.remove();
    if (here.id === 'start' && form._code) {
      const code = clean(form._code.value), ok = sound(code);
      $('#code-problem').hidden = ok;
      form._code.setAttribute('aria-invalid', !ok);
      if (!ok) return form._code.focus();
      if (!name || name !== await nameOf(code)) await restore(code);
      if (draft && draft.s && draft.s !== 'start') return resume();
    }
    const way = path(), follower = way[way.indexOf(here) + 1];
    const home = checked && (follower.id === 'check' || given(follower).length);
    checked = checked && !home;
    go(home ? 'check' : follower.id);
  };
  const resume = () => {
    go(draft.w ? 'check' : draft.s, draft.w);
    if (draft.w) send();
  };

  // As many bytes whatever the answers are.
  const post = (url, fields) => {
    const body = new URLSearchParams(fields), stop = new AbortController();
    body.append('_pad', ''.padEnd(form.dataset.room - (body + '').length, 0));
    setTimeout(() => stop.abort(), 3e4);
    return fetch(url, { method: 'POST', body, credentials: 'omit', signal: stop.signal });
  };
  const postApart = async trying => {
    if (!window.sendApart) await new Promise((onload, onerror) => root.append(Object.assign(document.createElement('script'), { src: form.dataset.blind, onload, onerror })));
    return sendApart(form, name, post, trying);
  };
  // One submission at a time; what the network loses is sent again, and the server knows it by its instance.
  const send = async () => {
    if (busy || done) return;
    busy = true;
    // Only this one bit of the time that it took leaves the phone.
    form._fast.value = form._fast.value || (draft && Date.now() - draft.b < form.dataset.fast * 1e3 ? 1 : 0);
    save(true);
    const wait = $('#wait'), sending = form;
    $('#send').disabled = true;
    for (let pause = 2; form === sending; pause = Math.min(pause * 2, 60)) {
      let text, after = pause;
      $('#status').textContent = form.dataset.sending;
      try {
        const answer = await (apart() ? postApart() : post(form.action, new FormData(form)));
        if (/^5|408|429/.test(answer.status)) after = Math.max(pause, +answer.headers.get('retry-after') || 0);
        else text = await answer.text();
      } catch (e) {}
      if (text) { busy = false; return arrive(text); }
      wait.hidden = false;
      $('#status').textContent = form.dataset.kept;
      await new Promise(again => {
        setTimeout(again, after * 1e3);
        addEventListener('online', again, { once: true });
        $('#again').onclick = again;
      });
      wait.hidden = true;
    }
  };
  // The returned page takes this one's place: thanks, or the form with what is to be mended.
  const arrive = text => {
    const page = new DOMParser().parseFromString(text, 'text/html');
    const again = $('#survey', page), depth = (history.state || {}).n || 0;
    if (!again) {
      forget();
      done = true;
      if (depth) history.go(-depth);
    }
    document.title = page.title;
    root.classList.remove('going');
    const large = $('#large', page);
    if (large) large.checked = $('#large').checked;
    document.body.replaceWith(document.adoptNode(page.body));
    scrollTo(0, 0);
    begin();
    if (!again) $('h1').focus();
  };

  const begin = async () => {
    form = $('#survey');
    const look = $('#look');
    if (look) look.hash = $('.receipt').textContent;
    if (!form) return;
    steps = all('.step', form);
    here = steps[0];
    checked = false;
    // A questionnaire for everyone has no code, and so no draft.
    const coded = form._code;
    const code = coded && (location.hash.length > 12 ? clean(decodeURIComponent(location.hash)) : coded.value || attempt(() => sessionStorage[PREFIX]));
    // The code leaves the address, so that it stays neither in the bar nor in the history.
    if (coded && location.hash.length > 12) history.replaceState(history.state, '', location.pathname + location.search);
    if (code) form._code.value = code.replace(/^(.{4})(.{4})(.{5})$/, '$1-$2-$3');
    form.onsubmit = event => { event.preventDefault(); if (here.id === 'check') send(); else next(); };
    $('#next').onclick = next;
    const say = $('#say'), offer = () => { say.hidden = !voice(); };
    offer();
    attempt(() => { speechSynthesis.onvoiceschanged = offer; });
    say.onclick = () => {
      const words = new SpeechSynthesisUtterance(here.innerText);
      words.lang = root.lang;
      words.voice = voice();
      hush();
      speechSynthesis.speak(words);
    };
    // Gone at once, with the draft, and not to be found by going back.
    $('#leave').onclick = () => {
      forget();
      done = true;
      hush();
      const depth = (history.state || {}).n;
      if (depth) history.go(-depth);
      setTimeout(() => location.replace('about:blank'), 99);
    };
    $('#back').onclick = () => (history.state || {}).n ? history.back() : show(path()[path().indexOf(here) - 1].id);
    form.onclick = event => { if (event.target.id === 'try') postApart(1).catch(() => { $('#untried').hidden = false; }); };
    form.onchange = event => {
      const box = event.target, step = box.closest('.step');
      if (box.type === 'checkbox' && box.checked) {
        const alone = box.hasAttribute('data-alone');
        given(step).forEach(e => { if (e !== box && (alone || e.hasAttribute('data-alone'))) e.checked = false; });
        if (given(step).length > step.dataset.max) { box.checked = false; $('#status').textContent = $('.hint', step).textContent; }
      }
      path();
      save();
    };
    show('start', true);
    if (code && sound(clean(code))) await restore(clean(code));
    const errors = $('.errors');
    if (errors) {
      all('a', errors).forEach(link => { link.onclick = event => {
        const field = $(link.hash), step = field.closest('.step');
        event.preventDefault();
        if (step !== here) go(step.id);
        field.focus();
      }; });
      const first = $('a', errors);
      show(first ? $(first.hash).closest('.step').id : 'check', true);
      return errors.focus();
    }
    if (!draft) return;
    if (draft.w) resume();
    else show((history.state || {}).s || 'start', true);
  };

  // What has these three has everything else that is used here.
  if (!window.fetch || !window.URLSearchParams || !window.AbortController) return;
  root.classList.add('js');
  const start = () => begin().catch(() => root.classList.remove('js'));
  addEventListener('DOMContentLoaded', () => {
    forgetOld();
    start();
    addEventListener('popstate', event => { if (form && !done && !busy) show((event.state || {}).s || 'start'); });
    addEventListener('hashchange', () => { if (location.hash.length > 12 && !done) start(); });
  });
})();
