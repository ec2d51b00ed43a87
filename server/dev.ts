import { spawn } from 'node:child_process';
import { readConfig } from './config.ts';
import { help } from './help.ts';

/** `npm run dev`: the server, restarted when its code changes, and Vite with hot reload in front of it. */
function main() {
  const flags = process.argv.slice(2);
  if (flags.includes('--help')) return console.log(help('npm run dev -- [--port 8080 …]'));
  const { PORT } = readConfig(process.env, flags);
  const commands = [
    ['--watch', '--import', './server/preflight.js', 'server/main.ts', ...flags],
    ['node_modules/vite/bin/vite.js', 'web'],
  ];
  // Vite has to know where the server is.
  const env = { ...process.env, PORT: String(PORT) };
  const children = commands.map((args) => spawn(process.execPath, args, { stdio: 'inherit', env }));
  for (const child of children)
    child.on('exit', (code) => {
      // One is no use without the other.
      for (const other of children) other.kill('SIGTERM');
      process.exitCode ||= code ?? 1;
    });
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.on(signal, () => {
      for (const child of children) child.kill(signal);
    });
}

try {
  main();
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}
