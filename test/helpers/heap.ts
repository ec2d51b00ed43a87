import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** Bytes that are in use after everything has been collected: V8's heap and the buffers outside it. */
export function heapUsed(): number {
  collect();
  const { heapUsed: heap, external } = process.memoryUsage();
  return heap + external;
}
