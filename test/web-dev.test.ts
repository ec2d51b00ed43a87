import { fileURLToPath } from 'node:url';
import { test } from 'node:test';
import { createServer } from 'vite';
import { startServer } from './helpers/server.ts';
import { startVisit, useBrowser } from './helpers/visit.ts';

useBrowser();

test('the page in development is live on the server that PORT names', async (t) => {
  await using server = await startServer({ worker: false });
  process.env.PORT = new URL(server.url).port;
  const root = fileURLToPath(new URL('../web', import.meta.url));
  // A folder of its own for what Vite prepares: another run may be at work on the usual one.
  const vite = await createServer({
    root,
    cacheDir: `${server.env.DATA_DIR}/vite`,
    logLevel: 'error',
    server: { port: 0 },
  });
  t.after(() => vite.close());
  await vite.listen();
  await using visit = await startVisit(vite.resolvedUrls!.local[0]!);
  const { page } = visit;
  await page.goto('/');
  await page.getByText('Drop PDFs here').waitFor();
  await page.getByRole('status').getByText('Live', { exact: true }).waitFor();
});
