// A second click on the same button within three seconds is a slip, not a wish. Later ones go through: the server answers a repeated
// form as it answered the first, so trying again after a bad connection is always safe.

const PAUSE_MS = 3000;

export function startOnce() {
  const sent = new WeakMap();
  document.addEventListener('submit', (event) => {
    const form = event.target;
    if (form.method === 'get' || event.defaultPrevented) return;
    const now = performance.now();
    if (now - (sent.get(form) ?? -PAUSE_MS) < PAUSE_MS) {
      event.preventDefault();
      return;
    }
    sent.set(form, now);
    const button = event.submitter;
    if (!button) return;
    button.classList.add('button--busy');
    setTimeout(() => button.classList.remove('button--busy'), PAUSE_MS);
  });
  // Coming back with the browser's own "back" shows the page as it was kept: nothing is on its way any more.
  addEventListener('pageshow', (event) => {
    if (!event.persisted) return;
    document.querySelectorAll('.button--busy').forEach((button) => button.classList.remove('button--busy'));
    document.querySelectorAll('form').forEach((form) => sent.delete(form));
  });
}
