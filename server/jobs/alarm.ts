/** A flag that one loop waits for: whoever wakes it while it is at work is heard afterwards, and once. */
export interface Alarm {
  wake(): void;
  /** Resolves to whether the stream was stopped. */
  woken(): Promise<boolean>;
}

export function alarm(stop: Promise<unknown>): Alarm {
  let { promise, resolve } = Promise.withResolvers<boolean>();
  let stopped = false;
  void stop.then(() => {
    stopped = true;
    resolve(true);
  });
  return {
    wake: () => resolve(false),
    async woken() {
      const result = await promise;
      if (!stopped) ({ promise, resolve } = Promise.withResolvers<boolean>());
      return result || stopped;
    },
  };
}
