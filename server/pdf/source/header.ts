/** How far a program's own lines before a document may reach: of a printer, of HTTP, of mail. */
export const headerWindow = 64 * 1024;

/**
 * Where a document begins: at `%PDF-`, which the spec lets stand in the first 1,024 bytes (ISO 32000-2, annex I), and
 * viewers anywhere. Undefined for what does not begin like one.
 */
export function headerOf(bytes: Buffer): number | undefined {
  const at = bytes.subarray(0, headerWindow).indexOf('%PDF-');
  return at < 0 ? undefined : at;
}
