import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const server = 'http://127.0.0.1:4000';

/** `vite build web` writes `web/dist`; `vite web` serves the page in development and passes the rest to a running Octavo. */
export default defineConfig({
  plugins: [react()],
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
