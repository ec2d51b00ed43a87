/**
 * Calls `stop` at the first SIGINT or SIGTERM, and leaves with 130 at another one. A terminal sends Ctrl-C to npm and to
 * what it runs, and npm hands it on: what follows at once is the same one.
 */
export function onStopSignal(stop: () => void): void {
  let firstAt: number | undefined;
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.on(signal, () => {
      if (firstAt === undefined) {
        firstAt = performance.now();
        stop();
      } else if (performance.now() - firstAt > echoMs) process.exit(130);
    });
}

const echoMs = 500;
