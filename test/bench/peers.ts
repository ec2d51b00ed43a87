import type { Tell } from './figures.ts';
import { compareService } from './peers/service.ts';
import { compareSteps } from './peers/steps.ts';

/**
 * What people take or build instead, beside us in one run: tools for the steps, where they are installed, and for the
 * service a queue in Redis with Socket.IO, which needs `redis-server` and `npm ci --prefix test/bench/peers`.
 */
export async function run(tell: Tell): Promise<void> {
  await compareSteps(tell);
  await compareService(tell);
}
