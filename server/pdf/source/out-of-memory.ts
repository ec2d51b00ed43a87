/** Whether an allocation hit the wall: on its own, or as what an error was caused by. */
export function isOutOfMemory(error: unknown): boolean {
  for (let at = error; at instanceof Error; at = at.cause) {
    if (outOfMemoryWords.test(at.message)) return true;
    if ('code' in at && (at.code === 'ERR_MEMORY_ALLOCATION_FAILED' || at.code === 'Z_MEM_ERROR'))
      return true;
  }
  return false;
}

/** What V8, Node and WebAssembly say of an allocation that hit the wall: there is no type for it. */
const outOfMemoryWords =
  /array buffer allocation failed|could not allocate memory|failed to allocate|ENOMEM/i;
