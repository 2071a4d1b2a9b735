// What an SMS carries, counted as services_app/messaging/policy counts it: sms.py (alphabet, parts, letters without marks) and filling.py
// (places filled, parts in brackets left out).

const BASIC = new Set('@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà');
const EXTENDED = new Set('^{}\\[~]|€\f');
const PLAIN = { '„': '"', '”': '"', '“': '"', '«': '"', '»': '"', '’': "'", '‘': "'", '–': '-', '—': '-', '…': '...', '\u00a0': ' ' };
const LETTERS = { ł: 'l', Ł: 'L', ß: 'ss', đ: 'd', Đ: 'D', ø: 'o', Ø: 'O' };

const isGsm = (letters) => letters.every((letter) => BASIC.has(letter) || EXTENDED.has(letter));

/** Characters and message parts of a text: a sign of the GSM extension counts twice, a pair of UTF-16 units is never torn apart. */
export function smsSize(text) {
  const letters = Array.from(text);
  const gsm = isGsm(letters);
  const sizes = letters.map((letter) => (gsm ? (EXTENDED.has(letter) ? 2 : 1) : letter.length));
  const n = sizes.reduce((sum, size) => sum + size, 0);
  const [one, more] = gsm ? [160, 153] : [70, 67];
  if (n <= one) return { n, parts: 1 };
  let [parts, room] = [1, more];
  for (const size of sizes) {
    if (size > room) [parts, room] = [parts + 1, more];
    room -= size;
  }
  return { n, parts };
}

/** The text as it goes out: Latin letters without their marks and no typographic signs; Ukrainian keeps its own. */
export function asSms(text, language) {
  const plain = Array.from(text, (letter) => PLAIN[letter] ?? letter).join('');
  if (language === 'uk') return plain;
  const bare = Array.from(plain, (letter) => LETTERS[letter] ?? letter).join('');
  return bare.normalize('NFKD').replace(/\p{Mn}/gu, '');
}

/** A wording with its places filled; a part in square brackets goes when something in it is not known. */
export function fill(text, values) {
  const filled = (part) => part.replace(/\{([a-z_]*)\}/g, (_place, name) => values[name] ?? '');
  const known = (part) => Array.from(part.matchAll(/\{([a-z_]*)\}/g)).every((place) => values[place[1]]);
  let [result, end] = ['', 0];
  for (const found of text.matchAll(/\[([^[\]]*)\]/g)) {
    result += filled(text.slice(end, found.index)) + (known(found[1]) ? filled(found[1]) : '');
    end = found.index + found[0].length;
  }
  return (result + filled(text.slice(end))).trim();
}

/** How a wording typed by staff counts once it is filled with the samples of the preview. */
export function wordingSize(text, values, language) {
  return smsSize(asSms(fill(text.normalize('NFC'), values), language));
}
