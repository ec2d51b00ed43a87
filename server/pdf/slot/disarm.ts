import module from 'node:module';
import os from 'node:os';
import { sep } from 'node:path';
import { fileURLToPath } from 'node:url';

/*
 * Takes from a slot's process, before it sees a document, what Node's permission model leaves it: to signal and slow
 * down any process of its user, and, where it may load native code, to load any that it finds, its input included.
 * What remains to code that has taken the process over: its share of the processor, and names (not contents) of files.
 */

const { dlopen } = process;
const packages = fileURLToPath(new URL('../../../node_modules/', import.meta.url));

const loadPackaged: typeof dlopen = (target, path, flags) => {
  if (!path.startsWith(packages) || path.includes(`${sep}..${sep}`)) {
    throw Object.assign(new Error(`Not a package's: ${path}`), { code: 'ERR_DLOPEN_DISABLED' });
  }
  return flags === undefined ? dlopen(target, path) : dlopen(target, path, flags);
};

for (const power of ['kill', '_kill', '_debugProcess', 'binding']) replace(process, power, undefined);
replace(process, 'dlopen', loadPackaged);
replace(os, 'setPriority', undefined);
module.syncBuiltinESMExports();

function replace(holder: object, key: string, value: unknown): void {
  Object.defineProperty(holder, key, { value, writable: false, configurable: false });
}
