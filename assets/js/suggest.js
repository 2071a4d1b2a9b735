// A search field that shows what it finds while one types (the ARIA combobox pattern). Without it the form simply searches.
// The address answers {"items": [{"label", "detail", "href" | "value"}]} to ?q=…

const PAUSE_MS = 200;
const SHORTEST = 2;
let made = 0;

class Suggest {
  constructor(field) {
    this.field = field;
    this.items = [];
    this.at = -1;
    this.list = document.createElement('ul');
    this.list.id = `suggest-${++made}`;
    this.list.className = 'suggest__list';
    this.list.hidden = true;
    this.list.setAttribute('role', 'listbox');
    this.list.setAttribute('aria-label', field.labels?.[0]?.textContent ?? '');
    this.status = document.createElement('p');
    this.status.className = 'govuk-visually-hidden';
    this.status.setAttribute('role', 'status');
    const frame = document.createElement('div');
    frame.className = 'suggest';
    field.type = 'text'; // a search field may not be a combobox
    field.replaceWith(frame);
    frame.append(field, this.list, this.status);
    const told = { role: 'combobox', 'aria-autocomplete': 'list', 'aria-expanded': 'false', 'aria-controls': this.list.id };
    for (const [name, value] of Object.entries(told)) field.setAttribute(name, value);
    field.addEventListener('input', () => this.ask());
    field.addEventListener('keydown', (event) => this.press(event));
    field.addEventListener('blur', () => this.close());
    this.list.addEventListener('mousedown', (event) => event.preventDefault());
    this.list.addEventListener('click', (event) => {
      const option = event.target.closest('[role=option]');
      if (option) this.choose(Number(option.dataset.at));
    });
  }

  ask() {
    clearTimeout(this.pause);
    this.asking?.abort();
    const words = this.field.value.trim();
    if (words.length < SHORTEST) { this.close(); return; }
    this.pause = setTimeout(() => this.fetch(words), PAUSE_MS);
  }

  async fetch(words) {
    this.asking = new AbortController();
    const address = new URL(this.field.dataset.suggestUrl, location.href);
    address.searchParams.set('q', words);
    try {
      const answer = await fetch(address, { signal: this.asking.signal, headers: { Accept: 'application/json' } });
      if (answer.ok) this.show((await answer.json()).items);
    } catch {
      this.close(); // away or overtaken by the next letter: the button still searches
    }
  }

  show(items) {
    this.items = items;
    this.at = -1;
    this.list.replaceChildren(...items.map((item, at) => this.option(item, at)));
    this.list.hidden = items.length === 0;
    this.field.setAttribute('aria-expanded', String(items.length > 0));
    this.field.removeAttribute('aria-activedescendant');
    const { suggestFound = '', suggestNone = '' } = this.field.dataset;
    this.status.textContent = items.length ? suggestFound.replace('{n}', items.length) : suggestNone;
  }

  option(item, at) {
    const option = document.createElement('li');
    option.id = `${this.list.id}-${at}`;
    option.className = 'suggest__item';
    option.dataset.at = at;
    option.setAttribute('role', 'option');
    option.setAttribute('aria-selected', 'false');
    option.append(item.label);
    if (item.detail) {
      const detail = document.createElement('span');
      detail.className = 'suggest__detail';
      detail.textContent = item.detail;
      option.append(' ', detail);
    }
    return option;
  }

  move(to) {
    const options = this.list.children;
    options[this.at]?.setAttribute('aria-selected', 'false');
    this.at = (to + options.length) % options.length;
    const now = options[this.at];
    now.setAttribute('aria-selected', 'true');
    now.scrollIntoView({ block: 'nearest' });
    this.field.setAttribute('aria-activedescendant', now.id);
  }

  press(event) {
    if (this.list.hidden) return;
    if (event.key === 'ArrowDown') this.move(this.at + 1);
    else if (event.key === 'ArrowUp') this.move(this.at < 0 ? -1 : this.at - 1);
    else if (event.key === 'Escape') this.close();
    else if (event.key === 'Enter' && this.at >= 0) this.choose(this.at);
    else return;
    event.preventDefault();
  }

  choose(at) {
    const item = this.items[at];
    this.close();
    if (item.href) { location.assign(item.href); return; }
    this.field.value = item.value ?? item.label;
    this.field.dispatchEvent(new Event('change', { bubbles: true }));
  }

  close() {
    clearTimeout(this.pause);
    this.list.hidden = true;
    this.at = -1;
    this.field.setAttribute('aria-expanded', 'false');
    this.field.removeAttribute('aria-activedescendant');
  }
}

export function startSuggest() {
  document.querySelectorAll('[data-suggest-url]').forEach((field) => new Suggest(field));
}
