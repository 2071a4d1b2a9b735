// The operator's keys: data-key="F2", "Alt+1", "Ctrl+Enter". A field takes the focus, a button or a link is pressed, a choice is made.

function pressed(event) {
  // Right Alt writes Polish letters; it never is a command.
  if (event.getModifierState('AltGraph')) return '';
  const key = /^Digit\d$/.test(event.code) ? event.code.slice(5) : event.key.length === 1 ? event.key.toUpperCase() : event.key;
  return (event.ctrlKey ? 'Ctrl+' : '') + (event.altKey ? 'Alt+' : '') + (event.shiftKey ? 'Shift+' : '') + key;
}

export function startKeys() {
  document.addEventListener('keydown', (event) => {
    const combination = pressed(event);
    if (!combination || event.isComposing || event.repeat) return;
    const wanted = [...document.querySelectorAll('[data-key]')]
      .find((element) => element.dataset.key === combination && !element.disabled && element.checkVisibility());
    if (!wanted) return;
    event.preventDefault();
    wanted.focus();
    if (!wanted.matches('input:not([type=radio]), textarea, select')) wanted.click();
    else if (wanted.select) wanted.select();
  });
}
