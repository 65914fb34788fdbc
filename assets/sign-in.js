// The secret of the first link stands behind the # of the address: it goes into its field, and out of the address.
const secret = document.querySelector('[data-from-address]');
if (secret && location.hash.length > 1) {
  secret.value = decodeURIComponent(location.hash.slice(1));
  history.replaceState(null, '', location.pathname + location.search);
  document.getElementById('name').focus();
}
// Passkeys: the device is asked here, its answer goes into the form. Bytes travel as base64url.
const bytes = text => Uint8Array.from(atob(text.replace(/-/g, '+').replace(/_/g, '/')), c => c.charCodeAt(0));
const text = buffer => buffer && btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');
const ask = async address => {
  const answer = await fetch(address, { method: 'POST' });
  if (!answer.ok) throw new Error(answer.status);
  return (await answer.json()).publicKey;
};
const ways = {
  get: async address => {
    const wanted = await ask(address);
    wanted.challenge = bytes(wanted.challenge);
    const found = await navigator.credentials.get({ publicKey: wanted });
    const said = found.response;
    return {
      id: found.id, rawId: text(found.rawId), type: found.type, extensions: {},
      response: {
        authenticatorData: text(said.authenticatorData), clientDataJSON: text(said.clientDataJSON),
        signature: text(said.signature), userHandle: text(said.userHandle),
      },
    };
  },
  create: async address => {
    const wanted = await ask(address);
    wanted.challenge = bytes(wanted.challenge);
    wanted.user.id = bytes(wanted.user.id);
    (wanted.excludeCredentials || []).forEach(known => { known.id = bytes(known.id); });
    const made = await navigator.credentials.create({ publicKey: wanted });
    const said = made.response;
    return {
      id: made.id, rawId: text(made.rawId), type: made.type, extensions: {},
      response: { attestationObject: text(said.attestationObject), clientDataJSON: text(said.clientDataJSON) },
    };
  },
};
document.querySelectorAll('form[data-passkey]').forEach(form => {
  if (!window.PublicKeyCredential) {
    document.querySelectorAll('[data-passkey-none]').forEach(note => { note.hidden = false; });
    return;
  }
  form.hidden = false;
  const problem = form.querySelector('[data-problem]');
  form.addEventListener('submit', async event => {
    event.preventDefault();
    problem.hidden = true;
    try {
      form.elements.answer.value = JSON.stringify(await ways[form.dataset.passkey](form.dataset.ask));
    } catch {
      problem.hidden = false;
      return;
    }
    form.submit();
  });
});
