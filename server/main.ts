import { readConfig } from './config.ts';
import { help } from './help.ts';
import { createLog, plainMessage } from './log.ts';
import { onStopSignal } from './stop-signals.ts';

/** Reads the configuration, starts the roles, stops them in order on a signal. A second signal forces. */
async function main() {
  const flags = process.argv.slice(2);
  if (flags.includes('--help')) return console.log(help('npm start -- [--port 8080 …]'));
  const config = readConfig(process.env, flags);
  const log = createLog(config.LOG_LEVEL);
  const stops: (() => Promise<void>)[] = [];
  let stopping: Promise<void> | undefined;

  async function embedded() {
    const { startEmbeddedPostgres } = await import('./db/embedded/postgres.ts');
    const postgres = await startEmbeddedPostgres({ dataDir: config.DATA_DIR, log });
    stops.push(postgres.stop);
    return postgres.url;
  }

  async function stop() {
    for (const one of stops.reverse()) await one();
  }
  onStopSignal(() => {
    console.log('Stopping; again to force.');
    stopping = stop().then(
      () => process.exit(0),
      (error: unknown) => {
        log.fatal({ err: error }, 'could not stop in order');
        process.exit(1);
      },
    );
  });

  try {
    const { createServices } = await import('./services.ts');
    const services = await createServices(config, log, config.DATABASE_URL ?? (await embedded()));
    stops.push(services.close);
    // Each role's code is loaded only where it plays.
    if (config.ROLE !== 'web') {
      const { startWorker } = await import('./worker.ts');
      const worker = await startWorker(services);
      stops.push(worker.close);
      worker.keepWarm();
    }
    if (config.ROLE !== 'worker') {
      const { buildPageIfStale } = await import('./http/build-page.ts');
      await buildPageIfStale(console.log);
      const { startHttp } = await import('./http/server.ts');
      const http = await startHttp(services);
      // Whatever it finds, guests and programs are served.
      void services.openId?.check();
      void services.issuers.check();
      stops.push(http.close);
      console.log(`Octavo is ready: ${config.PUBLIC_URL ?? http.url}`);
    } else console.log('Octavo worker is ready.');
  } catch (error) {
    console.error(plainMessage(error as Error));
    log.debug({ err: error }, 'start');
    if (!stopping) await stop();
    // Whatever was begun, a process that did not start does not stay.
    process.exit(1);
  }
}

await main().catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
