// How much room is left in a text, or how many SMS parts it takes. Spoken only when the writer pauses.

const GSM = '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà';
const GSM_DOUBLE = '^{}\\[~]|€\f';
const PAUSE_MS = 700;

/** Characters and message parts of a text in the GSM alphabet, or in Unicode when a letter needs it. */
export function smsSize(text) {
  const letters = Array.from(text);
  if (letters.every((letter) => GSM.includes(letter) || GSM_DOUBLE.includes(letter))) {
    const n = letters.reduce((sum, letter) => sum + (GSM_DOUBLE.includes(letter) ? 2 : 1), 0);
    return { n, parts: n <= 160 ? 1 : Math.ceil(n / 153) };
  }
  return { n: text.length, parts: text.length <= 70 ? 1 : Math.ceil(text.length / 67) };
}

function words(counter, text, limit) {
  const told = counter.dataset;
  if (limit === null) {
    const { n, parts } = smsSize(text);
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
      const said = words(counter, field.value, limit);
      counter.textContent = said;
      clearTimeout(pause);
      pause = setTimeout(() => { spoken.textContent = said; }, PAUSE_MS);
    };
    field.addEventListener('input', show);
    counter.textContent = words(counter, field.value, limit);
  }
}
