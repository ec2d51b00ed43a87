import { claimsOf } from './tokens.ts';
import type { Tokens } from './tokens.ts';

/** The same tokens. `renew` is called a while before the one ends that was asked for last, and with it its streams. */
export function renewing(tokens: Tokens, renew: () => void): Tokens {
  let timer: ReturnType<typeof setTimeout> | undefined;

  return {
    async token() {
      const token = await tokens.token();
      const left = (claimsOf(token)?.exp ?? Infinity) - Date.now();
      const wait = left - Math.min(longestLead, left / 4);
      clearTimeout(timer);
      if (wait > shortestWait && wait < longestWait) timer = setTimeout(renew, wait);
      return token;
    },
    refuse: tokens.refuse,
  };
}

const longestLead = 60_000;
/** Where none that lasts longer is to be had, the server ends the streams, and they are opened again. */
const shortestWait = 1_000;
/** A guest's lasts for weeks, and a timer cannot wait for so long. */
const longestWait = 86_400_000;
