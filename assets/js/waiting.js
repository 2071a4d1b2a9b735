// Minutes left until an hour that the page already says in words; without this script the hour is enough. Spoken once, when the time is over.

const MINUTE_MS = 60000;

function show(place) {
  const left = Math.ceil((Date.parse(place.dataset.waitUntil) - Date.now()) / MINUTE_MS);
  const words = left > 0 ? place.dataset.left.replace('{n}', left) : place.dataset.over;
  if (place.textContent !== words) place.textContent = words;
  if (left <= 0) place.setAttribute('role', 'status');
  return left > 0;
}

export function startWaiting() {
  for (const place of document.querySelectorAll('[data-wait-until]')) {
    if (!show(place)) continue;
    const ticking = setInterval(() => { if (!show(place)) clearInterval(ticking); }, 5000);
    // a phone that slept counts anew at once when it wakes
    document.addEventListener('visibilitychange', () => { if (!document.hidden) show(place); });
  }
}
