import { existsSync } from 'node:fs';
import fs from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { join, sep } from 'node:path';

/**
 * Preloaded into workers: while the flag file is there, their disk is full when a result is put away. No real disk is
 * filled, for that needs privileges or room; the error is the one that the kernel gives.
 */
const { rename } = fs;
const incoming = `${sep}incoming${sep}`;
fs.rename = async (from, to) => {
  if (String(to).includes(incoming) && existsSync(join(process.env.DATA_DIR ?? '', 'disk-full')))
    throw Object.assign(new Error('ENOSPC: no space left on device, rename'), { code: 'ENOSPC' });
  return rename(from, to);
};
syncBuiltinESMExports();
