// How much room is left in a text, or how many SMS parts it takes. Spoken only when the writer pauses.

import { wordingSize } from './sms.js';

const PAUSE_MS = 700;

function words(counter, field, limit) {
  const told = counter.dataset;
  const text = field.value;
  if (limit === null) {
    // a wording has places: it is counted as the preview fills them
    const { n, parts } = wordingSize(text, JSON.parse(field.dataset.smsValues ?? '{}'), field.dataset.smsLanguage ?? 'pl');
    return told.sms.replace('{n}', n).replace('{parts}', parts);
  }
  const left = limit - Array.from(text.replace(/\r?\n/g, '\n')).length;
  return (left < 0 ? told.over : told.left).replace('{n}', Math.abs(left));
}

export function startCounters() {
  for (const group of document.querySelectorAll('[data-counter]')) {
    const field = group.querySelector('textarea');
    const counter = group.querySelector('[data-counter-words]');
    const limit = group.dataset.counter === 'sms' ? null : Number(group.dataset.counterLimit);
    const spoken = document.createElement('p');
    spoken.className = 'govuk-visually-hidden';
    spoken.setAttribute('role', 'status');
    group.append(spoken);
    let pause;
    const show = () => {
      const said = words(counter, field, limit);
      counter.textContent = said;
      clearTimeout(pause);
      pause = setTimeout(() => { spoken.textContent = said; }, PAUSE_MS);
    };
    field.addEventListener('input', show);
    counter.textContent = words(counter, field, limit);
  }
}
