// How often an address sent an API token that nobody ever made. A token cannot be guessed (256 random bits): this tells
// whoever tries, and whoever reads the audit, so a good token passes from the same address whatever else comes from it.

export const mostWrong = 20;
const windowMs = 60_000;
/** Each takes some hundred bytes. */
export const mostAddresses = 10_000;

export class WrongTokens {
  readonly #windows = new Map<string, { wrong: number; endsAt: number }>();

  get size(): number {
    return this.#windows.size;
  }

  /** Counts one more, `now` in ms; answers for how many seconds the address is told to stay away, 0 below the limit. */
  count(address: string, now: number): number {
    let window = this.#windows.get(address);
    if (!window || window.endsAt <= now) {
      this.#makeRoom(now);
      window = { wrong: 0, endsAt: now + windowMs };
      this.#windows.set(address, window);
    }
    window.wrong += 1;
    return window.wrong > mostWrong ? Math.ceil((window.endsAt - now) / 1_000) : 0;
  }

  // All windows are equally long, so the first that began is the first that ends.
  #makeRoom(now: number): void {
    for (const [address, { endsAt }] of this.#windows) {
      if (endsAt > now && this.#windows.size < mostAddresses) return;
      this.#windows.delete(address);
    }
  }
}
