// The summary of errors takes the focus when the page opens, and its links lead into the fields, label in sight.

export function startErrors() {
  const summary = document.querySelector('[data-error-summary]');
  if (!summary) return;
  summary.focus();
  // An answer to a sent form: going back to it later must show the page, not the browser's question about sending again.
  history.replaceState(history.state, '', location.href);
  summary.addEventListener('click', (event) => {
    const link = event.target.closest('a[href^="#"]');
    const field = link && document.getElementById(link.hash.slice(1));
    if (!field) return;
    event.preventDefault();
    const above = field.closest('fieldset')?.querySelector('legend') ?? field.labels?.[0] ?? field;
    above.scrollIntoView();
    field.focus({ preventScroll: true });
  });
}
