// The design page computes while somebody types; without this script a button does.
const form = document.querySelector('form[data-live]');
if (form) {
  const live = document.getElementById('live');
  let timer, turn = 0;
  const address = () => {
    const data = new FormData(form);
    return form.action + '?' + new URLSearchParams(data);
  };
  const compute = async () => {
    const mine = ++turn;
    let text;
    try {
      const answer = await fetch(address());
      if (!answer.ok) return;
      text = await answer.text();
    } catch { return; }
    // A later change has its own answer on the way.
    if (mine !== turn) return;
    const fresh = new DOMParser().parseFromString(text, 'text/html').getElementById('live');
    if (!fresh) return;
    const focus = document.activeElement && live.contains(document.activeElement) && document.activeElement;
    if (!focus) { live.replaceChildren(...fresh.childNodes); return; }
    // Somebody types into the table: its fields stay, the numbers beside them change.
    const cells = fresh.querySelectorAll('td, th');
    live.querySelectorAll('td, th').forEach((cell, at) => {
      if (!cell.querySelector('input') && cells[at]) cell.replaceChildren(...cells[at].childNodes);
    });
  };
  const soon = () => { clearTimeout(timer); timer = setTimeout(compute, 120); };
  form.querySelectorAll('input[type=range]').forEach(range => {
    const field = document.getElementById(range.dataset.for);
    range.hidden = false;
    range.addEventListener('input', () => { field.value = range.value; soon(); });
    field.addEventListener('input', () => { range.value = field.value; });
  });
  form.addEventListener('input', event => {
    if (event.target.closest('.next')) return;
    if (event.target.hasAttribute('data-whole')) form.requestSubmit(form.querySelector('[data-compute]'));
    else soon();
  });
}
// The fieldwork page renews its numbers when the server says that they have changed.
const watched = document.querySelector('[data-watch]');
if (watched && window.EventSource) {
  const source = new EventSource(watched.dataset.watch);
  source.onmessage = async event => {
    if (event.data === watched.dataset.token) return;
    let text;
    try {
      const answer = await fetch(location.href);
      if (!answer.ok) return;
      text = await answer.text();
    } catch { return; }
    const fresh = new DOMParser().parseFromString(text, 'text/html').getElementById('live');
    if (!fresh) return;
    const open = [...watched.querySelectorAll('details')].map(d => d.open);
    watched.replaceChildren(...fresh.childNodes);
    watched.querySelectorAll('details').forEach((d, at) => { d.open = !!open[at]; });
    watched.dataset.token = fresh.dataset.token;
  };
}
// The desk of a questionnaire: the phone beside the form shows what is typed, after a pause; nothing is stored by it.
const written = document.querySelector('form[data-preview]');
const phone = document.querySelector('iframe.handset');
if (written && phone) {
  let pause, turn = 0;
  const show = async () => {
    const mine = ++turn;
    let text;
    try {
      // In the language that the frame was switched to.
      const { pathname, search } = phone.contentWindow.location;
      const answer = await fetch(pathname + search, { method: 'POST', body: new URLSearchParams(new FormData(written)) });
      if (!answer.ok) return;
      text = await answer.text();
    } catch { return; }
    const shown = phone.contentDocument && phone.contentDocument.querySelector('main');
    const fresh = new DOMParser().parseFromString(text, 'text/html').querySelector('main');
    // A later change has its own answer on the way.
    if (mine === turn && shown && fresh) shown.replaceChildren(...fresh.childNodes);
  };
  written.addEventListener('input', () => { clearTimeout(pause); pause = setTimeout(show, 400); });
}
// The desk of a standard: what it would have changed follows what is typed, after a pause; nothing is stored by it.
const drafted = document.querySelector('form[data-outcome]');
const outcome = document.getElementById('outcome');
if (drafted && outcome) {
  let pause, turn = 0;
  const show = async () => {
    const mine = ++turn;
    let text;
    try {
      const answer = await fetch(drafted.dataset.outcome, { method: 'POST', body: new URLSearchParams(new FormData(drafted)) });
      if (!answer.ok) return;
      text = await answer.text();
    } catch { return; }
    const fresh = new DOMParser().parseFromString(text, 'text/html').getElementById('outcome');
    // A later change has its own answer on the way.
    if (mine !== turn || !fresh) return;
    const open = [...outcome.querySelectorAll('details[open] summary')].map(one => one.dataset.county);
    outcome.replaceChildren(...fresh.childNodes);
    outcome.querySelectorAll('details').forEach(one => { one.open = open.includes(one.querySelector('summary').dataset.county); });
  };
  drafted.addEventListener('input', () => { clearTimeout(pause); pause = setTimeout(show, 400); });
}
// A form that may take seconds says how far it is. Without this script the browser sends it all the same.
document.querySelectorAll('form[data-waits]').forEach(form => {
  const shown = form.querySelector('.sending'), bar = shown.querySelector('progress');
  const phase = shown.querySelector('[role=status]'), share = shown.querySelector('.share');
  const file = form.querySelector('input[type=file]'), button = form.querySelector('button');
  const busy = () => form.hasAttribute('data-busy');
  const begin = words => {
    form.setAttribute('data-busy', '');
    button.setAttribute('aria-disabled', 'true');
    bar.hidden = false;
    phase.textContent = words;
  };
  const end = words => {
    form.removeAttribute('data-busy');
    button.removeAttribute('aria-disabled');
    bar.hidden = true;
    bar.removeAttribute('value');
    share.textContent = '';
    phase.textContent = words;
  };
  const send = () => {
    const sender = new XMLHttpRequest();
    sender.open('POST', form.action);
    sender.setRequestHeader('Prefer', 'return=minimal');
    sender.upload.onprogress = event => {
      if (!event.lengthComputable || !event.total) return;
      const part = Math.floor(100 * event.loaded / event.total);
      bar.value = part;
      share.textContent = part + '%';
    };
    sender.upload.onload = () => {
      bar.removeAttribute('value');
      share.textContent = '';
      phase.textContent = form.dataset.checking;
    };
    sender.onload = () => {
      const next = sender.status === 201 && sender.getResponseHeader('Location');
      if (next) { location.assign(next); return; }
      // Whatever stands against it has a page of its own.
      form.submit();
    };
    sender.onerror = () => { end(form.dataset.lost); };
    sender.send(new FormData(form));
  };
  form.addEventListener('submit', event => {
    if (busy()) { event.preventDefault(); return; }
    // What is missing is said by the page.
    const blank = [...form.querySelectorAll('input[type=text]')].some(field => !field.value.trim());
    if (file && (blank || !file.files.length)) return;
    begin(form.dataset.waits);
    if (file) { event.preventDefault(); send(); }
  });
  // Who comes back finds the form as it was.
  addEventListener('pageshow', event => { if (event.persisted) end(''); });
});
