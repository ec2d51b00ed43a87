import { mkdir, realpath } from 'node:fs/promises';

/**
 * Makes a folder in or below DATA_DIR where there is none; its real path. By default for nobody's eyes but ours: it holds
 * what users uploaded.
 * @throws Error that tells the operator what to do
 */
export async function makeFolder(path: string, mode = 0o700): Promise<string> {
  try {
    await mkdir(path, { recursive: true, mode });
    return await realpath(path);
  } catch (error) {
    throw new Error(
      `DATA_DIR cannot be used: ${(error as Error).message}. Set it to a folder this user can write.`,
      { cause: error },
    );
  }
}
