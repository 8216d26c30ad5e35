import type { MailAddress } from './mail-address.ts';

const MOST_DELIVERIES = 1000;

/**
 * Remembers who already has the mail of a delivery that is not complete, so that another try goes to the others
 * only. It remembers the latest thousand of them.
 */
export class DeliveredRecipients {
  readonly #accepted = new Map<string, Set<string>>();

  /** The addresses that still lack the mail, each once. */
  open(deliveryId: string, recipients: readonly MailAddress[]): string[] {
    const accepted = this.#accepted.get(deliveryId);
    const addresses = new Set(recipients.map(({ address }) => address));
    return [...addresses].filter((address) => !accepted?.has(address));
  }

  /** Takes note of those who have it now. */
  add(deliveryId: string, addresses: readonly string[]): void {
    if (addresses.length === 0) return;
    const accepted = this.#accepted.get(deliveryId) ?? new Set();
    for (const address of addresses) accepted.add(address);
    this.#accepted.set(deliveryId, accepted);
    if (this.#accepted.size > MOST_DELIVERIES) {
      for (const oldest of this.#accepted.keys()) {
        this.#accepted.delete(oldest);
        break;
      }
    }
  }

  /** Forgets a delivery that is complete. */
  forget(deliveryId: string): void {
    this.#accepted.delete(deliveryId);
  }
}
