import { spawn } from 'node:child_process';

/** `npm run dev`: the server, restarted when its code changes, and Vite with hot reload in front of it. */
const commands = [
  [process.execPath, ['--watch', '--import', './server/preflight.js', 'server/main.ts']],
  [process.execPath, ['node_modules/vite/bin/vite.js', 'web']],
] as const;

const children = commands.map(([command, args]) => spawn(command, args, { stdio: 'inherit' }));
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
