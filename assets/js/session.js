// Two minutes before the session ends: a question, with time to answer. Nothing typed is lost either way: a form sent too late is carried
// through sign-in and offered again.

const CHANNEL = 'session';

class SessionWatch {
  constructor(body, dialog) {
    this.dialog = dialog;
    this.stayUrl = body.dataset.sessionStay;
    this.warnMs = Number(body.dataset.sessionWarnMinutes) * 60000;
    this.left = dialog.querySelector('[data-session-left]');
    this.problem = dialog.querySelector('[data-session-problem]');
    // The server's own clock, where it is told: the one of this computer may be wrong.
    const now = body.dataset.sessionNow ? Date.parse(body.dataset.sessionNow) : Date.now();
    this.extend(Date.parse(body.dataset.sessionEndsAt) - now);
    this.channel = new BroadcastChannel(CHANNEL);
    this.channel.onmessage = (event) => this.extend(event.data);
    this.channel.postMessage(this.millisecondsLeft());
    dialog.querySelector('[data-session-stay-button]').addEventListener('click', () => this.stay());
    dialog.addEventListener('cancel', (event) => { event.preventDefault(); this.stay(); });
    setInterval(() => this.look(), 1000);
  }

  millisecondsLeft() {
    return this.endsAt - performance.now();
  }

  extend(milliseconds) {
    this.endsAt = performance.now() + milliseconds;
    if (milliseconds > this.warnMs && this.dialog.open) this.dialog.close();
  }

  look() {
    const left = this.millisecondsLeft();
    if (left > this.warnMs) return;
    if (!this.dialog.open) this.dialog.showModal();
    this.left.textContent = this.left.dataset.words.replace('{n}', Math.max(0, Math.round(left / 1000)));
  }

  async stay() {
    this.problem.hidden = true;
    try {
      const token = document.querySelector('meta[name=csrf-token]').content;
      const answer = await fetch(this.stayUrl, { method: 'POST', headers: { 'X-CSRFToken': token, Accept: 'application/json' } });
      const { ends_at: endsAt } = await answer.json();
      const left = Date.parse(endsAt) - Date.parse(answer.headers.get('Date'));
      if (!answer.ok || !(left > 0)) throw new Error('not extended');
      this.extend(left);
      this.channel.postMessage(left);
      this.dialog.close();
    } catch {
      this.problem.hidden = false; // offline, or signed out meanwhile
    }
  }
}

export function startSession() {
  const dialog = document.querySelector('[data-session-dialog]');
  if (dialog) new SessionWatch(document.body, dialog);
}
