import { type Settings, settings } from './config.ts';

/** What `--help` of a program prints. @param options what it takes besides the settings, or those of them that it reads */
export function help(usage: string, options: Settings = {}, read: Settings = settings): string {
  return [
    `Usage: ${usage}`,
    ...list(options),
    '',
    'Settings, each a flag or an environment variable: --max-pages 500 or MAX_PAGES=500. The flag wins.',
    '',
    ...list(read),
  ].join('\n');
}

function list(some: Settings): string[] {
  return Object.entries(some).map(([name, setting]) => {
    const flag = `--${name.toLowerCase().replaceAll('_', '-')}`;
    return `  ${flag.padEnd(24)} ${plain(setting)}`;
  });
}

/** The README's words without its backticks. */
function plain({ doc, fallback }: Settings[string]): string {
  return doc.replaceAll('`', '') + (fallback === undefined ? '' : ` [${String(fallback)}]`);
}
