/** Waits half a second, doubling to 20 s, with jitter; less when the browser comes back on line. */
export function backoff(retries: number): Promise<void> {
  const wait = Math.min(20_000, 500 * 2 ** Math.min(retries, 10)) * (0.5 + Math.random());
  return new Promise((resolve) => {
    const go = () => {
      removeEventListener('online', go);
      clearTimeout(timer);
      resolve();
    };
    const timer = setTimeout(go, wait);
    addEventListener('online', go);
  });
}
