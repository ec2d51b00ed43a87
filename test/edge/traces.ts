import { readdir, readFile, readlink } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { thumbnailSuffix } from '../../server/files/thumbnails.ts';
import type { Cluster } from '../helpers/cluster.ts';

/**
 * What requests have left in a web process and in the database that nobody will come back for; empty where all is clean.
 * Files and sockets are seen on Linux only.
 */
export async function tracesOf(cluster: Cluster): Promise<string[]> {
  const web = cluster.webs[0]!;
  const port = Number(new URL(cluster.webUrls[0]!).port);
  const [files, sockets, incoming, transactions, strays] = await Promise.all([
    openFiles(web.pid, cluster.folder),
    openSockets(port),
    readdir(join(cluster.folder, 'incoming')),
    cluster.sql`select query from pg_stat_activity where state like 'idle in transaction%'`,
    strayFiles(cluster),
  ]);
  return [
    ...files.map((file) => `open file ${file}`),
    ...(sockets > 0 ? [`${sockets} connections`] : []),
    ...incoming.map((file) => `incoming/${file}`),
    ...transactions.map(({ query }) => `open transaction: ${query}`),
    ...strays,
  ];
}

/** Those below the folder, which are users' files. */
async function openFiles(pid: number, folder: string): Promise<string[]> {
  const handles = await readdir(`/proc/${pid}/fd`).catch(() => []);
  const paths = await Promise.all(
    handles.map((handle) => readlink(`/proc/${pid}/fd/${handle}`).catch(() => '')),
  );
  return paths.filter(
    (path) => path.startsWith(join(folder, 'files')) || path.startsWith(join(folder, 'incoming')),
  );
}

/** Bytes without a row, rows without bytes. */
async function strayFiles({ folder, sql }: Cluster): Promise<string[]> {
  const entries = await readdir(join(folder, 'files'), { recursive: true, withFileTypes: true });
  const stored = entries
    .filter((entry) => entry.isFile() && !entry.name.endsWith(thumbnailSuffix))
    .map((entry) => relative(join(folder, 'files'), join(entry.parentPath, entry.name)));
  const rows = await sql<{ key: string }[]>`select storage_key as key from files where removed_at is null`;
  const known = new Set(rows.map(({ key }) => key));
  return [
    ...stored.filter((key) => !known.has(key)).map((key) => `bytes without a row: ${key}`),
    ...[...known].filter((key) => !stored.includes(key)).map((key) => `a row without bytes: ${key}`),
  ];
}

/** Connections that the server's side still holds on this port. */
async function openSockets(port: number): Promise<number> {
  const table = await readFile('/proc/net/tcp', 'latin1').catch(() => '');
  const local = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  return table.split('\n').filter((line) => {
    const [, address = '', , state = ''] = line.trim().split(/\s+/);
    return address.endsWith(local) && holding.has(state);
  }).length;
}

/** ESTABLISHED and CLOSE_WAIT, of include/net/tcp_states.h: the others end by themselves. */
const holding = new Set(['01', '08']);
