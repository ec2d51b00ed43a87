/**
 * Puts a failure of Postgres' programs into words for the operator.
 * @param error of the file system, of starting a program, or with what the program said on `stderr`
 */
export function explain(what: string, error: unknown, home: string): Error {
  const { code, path, message, stderr } = error as NodeJS.ErrnoException & { stderr?: string };
  const said = (stderr || message).trim();
  const advice = adviceFor(`${code} ${said}`, path, home);
  const excerpt = said.split('\n').slice(-6).join('\n  ');
  return new Error(`${what}. ${advice}\n  ${excerpt}`, { cause: error });
}

function adviceFor(said: string, path: string | undefined, home: string): string {
  if (/ENOSPC|No space left|EDQUOT|quota exceeded/i.test(said))
    return `The disk of ${home} is full: free some space, or set DATA_DIR to a folder on another one.`;
  const [, version] = /initialized by PostgreSQL version (\d+)/.exec(said) ?? [];
  if (version)
    return (
      `${home} was made by PostgreSQL ${version}, which the installed one cannot read: go back to the Octavo that made it, ` +
      'move the folder away to begin with an empty database, or set DATABASE_URL.'
    );
  // The program is there, so what is missing is the loader it asks for.
  if (/ENOENT/.test(said) && path?.includes('native'))
    return 'It needs glibc, which Alpine (musl) has not: use a Debian-based image, or set DATABASE_URL.';
  if (/error while loading shared libraries/.test(said))
    return 'Its libraries are incomplete: run `npm ci` again, or set DATABASE_URL.';
  if (
    /EACCES|EPERM|EROFS|Permission denied|Operation not permitted|wrong ownership|invalid permissions/.test(
      said,
    )
  )
    return `${home} must be on a disk with Unix owners and permissions, writable: set DATA_DIR to such a folder, or set DATABASE_URL.`;
  return 'Set DATABASE_URL to use a Postgres of your own instead.';
}
