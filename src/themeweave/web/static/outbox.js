// The outbox: acts wait in this browser until the workbench says that they are on disk. They are sent
// one after another; what cannot be sent stays, is tried again, and outlives a closed tab.

import { ask } from './app.js';

export class Outbox {
  /**
   * @param {string} coder whose acts they are
   * @param {function(object, number)} told called with the answer and how many wait
   * @param {function(Failure, object, number)} refused called with the failure, the act and how many wait
   */
  constructor(coder, told, refused) {
    this.key = `themeweave-outbox-${coder}`;
    this.told = told;
    this.refused = refused;
    this.sending = null;
  }

  waiting() {
    return JSON.parse(localStorage.getItem(this.key) ?? '[]');
  }

  #keep(acts) {
    if (acts.length) localStorage.setItem(this.key, JSON.stringify(acts));
    else localStorage.removeItem(this.key);
  }

  put(act, path) {
    this.#keep([...this.waiting(), { act, path }]);
    this.told(null, this.waiting().length);
    this.#send();
  }

  drop(id) {
    this.#keep(this.waiting().filter(({ act }) => act.id !== id));
  }

  /** Send what an earlier visit left. */
  resume() {
    if (this.waiting().length) this.#send();
  }

  /** Wait until nothing is being sent. */
  async empty() {
    await this.sending;
  }

  #send() {
    this.sending ??= this.#all().finally(() => { this.sending = null; });
  }

  async #all() {
    let first;
    while ((first = this.waiting()[0])) {
      try {
        const found = await ask(first.path, first.act);
        this.drop(first.act.id);
        this.told(found, this.waiting().length);
      } catch (failure) {
        await this.refused(failure, first.act, this.waiting().length);
        if ([409, 422].includes(failure.status)) continue;
        setTimeout(() => this.resume(), 5000);
        return;
      }
    }
  }
}
