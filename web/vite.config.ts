import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import type { Plugin } from 'vite';
import { paths } from './paths.ts';

/** Octavo in development, where its own variable puts it. */
const server = `http://127.0.0.1:${process.env.PORT ?? 4000}`;

/** `npm run build` writes into `web/dist`; `vite web` serves the page in development and passes the rest to a running Octavo. */
export default defineConfig({
  plugins: [react(), addresses(), compressed()],
  build: {
    target: 'es2023',
    // The page's content security policy allows no data: URLs and no inline script.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  server: {
    // Whole names: `/graphql.ts` is a module of the page.
    proxy: { '^/(graphql|files|uploads|auth|jobs/[^/]+/archive)(/|\\?|$)': { target: server, ws: true } },
  },
});

/** Tells the server which addresses are the page's. */
function addresses(): Plugin {
  return {
    name: 'addresses',
    apply: 'build',
    generateBundle() {
      const source = JSON.stringify(Object.values(paths).map((path) => path.source));
      this.emitFile({ type: 'asset', fileName: 'paths.json', source });
    },
  };
}

/** Writes each file of text compressed beside itself, once, so that the server need not do it at each visit. */
function compressed(): Plugin {
  return {
    name: 'compressed',
    apply: 'build',
    async writeBundle({ dir = '' }) {
      const names = await readdir(dir, { recursive: true });
      for (const name of names.filter((one) => /\.(m?js|css|svg|html)$/.test(one))) {
        const bytes = await readFile(join(dir, name));
        if (bytes.length < 1_000) continue;
        // The highest quality takes ten times as long for two percent.
        const params = { [constants.BROTLI_PARAM_QUALITY]: 9 };
        await writeFile(join(dir, `${name}.br`), brotliCompressSync(bytes, { params }));
        await writeFile(join(dir, `${name}.gz`), gzipSync(bytes));
      }
    },
  };
}
