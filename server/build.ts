import { buildPage } from './http/build-page.ts';

/** `npm run build`: the page, as a process that starts will serve it. */
await buildPage();
