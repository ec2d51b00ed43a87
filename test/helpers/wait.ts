import { setTimeout as delay } from 'node:timers/promises';

/** Waits for a condition, asked every 20 ms; the error names what did not happen. */
export async function until<T>(
  what: string,
  condition: () => T | Promise<T>,
  patienceMs = 20_000,
): Promise<NonNullable<T>> {
  const end = Date.now() + patienceMs;
  for (;;) {
    const result = await condition();
    if (result) return result;
    if (Date.now() > end) throw new Error(`did not happen within ${patienceMs / 1_000} s: ${what}`);
    await delay(20);
  }
}
