"""What older eyes and fingers need, measured in the browser on the page as it is drawn: large letters and buttons, nothing that jumps."""

from __future__ import annotations

from typing import Final

from playwright.sync_api import Page

TALL: Final = 44
"""Pixels a button, a field, a summary must be high."""
STAFF_LETTERS, PUBLIC_LETTERS, PUBLIC_TEXT = 16, 19, 19
"""Pixels of letters: the least on each face, and what the text of the public one is written in."""

_SMALL = """
([tall, staffLetters, publicLetters, publicText]) => {
  const name = e => e.tagName.toLowerCase() + (e.id ? '#' + e.id : '') + (e.classList[0] ? '.' + e.classList[0] : '');
  const words = e => (e.innerText || e.value || e.getAttribute('aria-label') || '').trim().slice(0, 40);
  // What is kept for screen readers alone is one pixel large; what is folded away or hidden has no box at all.
  const drawn = e => e.checkVisibility({checkVisibilityCSS: true})
    && e.getBoundingClientRect().width > 2 && e.getBoundingClientRect().height > 2;
  const staff = Boolean(document.querySelector('link[href*="staff.css"]'));
  const found = [];

  // A box to tick is pressed by its words too: the two count together.
  const parts = e => ['radio', 'checkbox'].includes(e.type) ? [e, ...e.labels] : [e];
  const pressed = 'button, a.govuk-button, [role=button], summary, select, textarea, input:not([type=hidden])';
  for (const e of document.querySelectorAll(pressed)) {
    const boxes = parts(e).filter(drawn).map(part => part.getBoundingClientRect());
    const height = Math.max(...boxes.map(box => box.bottom)) - Math.min(...boxes.map(box => box.top));
    if (boxes.length && height < tall - 0.5) found.push(`${name(e)} "${words(e)}" is ${height.toFixed(1)} px tall`);
  }

  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const seen = new Set();
  while (texts.nextNode()) {
    const e = texts.currentNode.parentElement;
    if (!texts.currentNode.data.trim() || seen.has(e) || e.closest('svg, script, style, noscript, option') || !drawn(e)) continue;
    seen.add(e);
    const size = parseFloat(getComputedStyle(e).fontSize);
    if (size < (staff ? staffLetters : publicLetters)) found.push(`the letters of ${name(e)} "${words(e)}" are ${size} px`);
  }
  const text = parseFloat(getComputedStyle(document.body).fontSize);
  if (!staff && text < publicText) found.push(`the page is written in ${text} px`);
  return found;
}
"""


def too_small(page: Page) -> list[str]:
    """Everything drawn too small on the page as it is now; empty when all is large enough."""
    found: list[str] = page.evaluate(_SMALL, [TALL, STAFF_LETTERS, PUBLIC_LETTERS, PUBLIC_TEXT])
    return found


MOST_JUMPING: Final = 0.05
"""Cumulative layout shift: half of what is called good."""

_JUMPED = """
() => new Promise(answer => {
  let sum = 0;
  const moved = new Set();
  const add = list => list.forEach(shift => {
    if (shift.hadRecentInput) return;
    sum += shift.value;
    for (const source of shift.sources) moved.add(source.node?.outerHTML?.slice(0, 80) ?? String(source.node?.textContent).slice(0, 80));
  });
  const watch = new PerformanceObserver(list => add(list.getEntries()));
  watch.observe({type: 'layout-shift', buffered: true});
  // What was noted before is handed over soon after, not at once.
  setTimeout(() => { add(watch.takeRecords()); answer([sum, [...moved]]); }, 30);
})
"""


def jumped(page: Page) -> tuple[float, list[str]]:
    """How much of the page moved by itself since it was opened (cumulative layout shift), and what did."""
    total, moved = page.evaluate(_JUMPED)
    return float(total), [str(each) for each in moved]
