import './disarm.ts';
// What most jobs need is here before one comes.
import '../passes/pages/page-pass.ts';
import { Console } from 'node:console';
import { type FileHandle, open, readFile, writeFile } from 'node:fs/promises';
import { receive, send } from './channel.ts';
import { explainFailure } from './failure.ts';
import { readPicture } from '../edit/draw/picture.ts';
import { loadSource } from '../source/load.ts';
import { prescan } from '../source/prescan.ts';
import type { Pass, OnProgress, RangeBytes } from '../model/pass.ts';
import { passFor } from '../passes/open-pass.ts';
import { bind } from '../registry.ts';
import { slotFolder } from './slot-folder.ts';
import { type Answers, fewBytes, type Message, order, type Request } from './messages.ts';
import { outputFile } from './output-file.ts';

/*
 * The entry of a slot's child process: works for one job at a time, on what the host has put into its folder, in the
 * sandbox of launch.ts. What a hostile document can break, it breaks here.
 */

const reportEveryMs = 50;
const folder = slotFolder(process.argv[2] ?? '');
let sources: Buffer[] = [];
let pass: Pass | undefined;
let current = 0;
let lastReport = 0;

// What libraries have to say must not get among the messages.
globalThis.console = new Console(process.stderr);
// The host is gone.
process.stdin.on('end', () => process.exit());
receive(
  process.stdin,
  async (raw) => {
    const { call, request } = order.parse(raw);
    current = call;
    try {
      tell({ type: 'answer', call, value: await perform(request) });
    } catch (error) {
      const loads = ['inspect', 'thumbnail', 'open'].includes(request.do);
      tell({ call, ...explainFailure(error, loads) });
    }
  },
  (cause) => {
    throw cause;
  },
);

async function perform(request: Request): Promise<Answers[Request['do']]> {
  switch (request.do) {
    case 'read':
      return read(request.files);
    case 'inspect': {
      const onLoad = (done: number, total: number): void => report({ phase: 'load', done, total });
      const { facts } = await loadSource(source(0), onLoad, request.maxPages);
      return facts;
    }
    case 'inspectImage':
      await readPicture(await readFile(folder.asset(0)));
      return null;
    case 'thumbnail': {
      // Loads native code.
      const { drawThumbnail } = await import('../passes/images/thumbnail.ts');
      await writeFile(folder.thumbnail, await drawThumbnail(await readFile(folder.input(0))));
      return null;
    }
    case 'open': {
      const { sources: named, naming, calls, fixed, maxPages } = request;
      const assets = await readAssets(request.assets);
      const read = named.map((each, index) => ({ ...each, bytes: source(index) }));
      const bound = bind(calls);
      const openPass = await passFor(bound);
      pass = await openPass({ sources: read, naming, assets, calls: bound, fixed, maxPages }, report);
      const { pages, warnings, cost } = pass;
      return { warnings: [...warnings], pages, cost };
    }
    case 'range':
      return { few: await keep(await opened().range(request.first, request.last)) };
    case 'write': {
      const files: ReturnType<typeof outputFile>[] = [];
      const told = request.ranges.map(({ few }) => (few === null ? undefined : Buffer.from(few, 'base64')));
      const { documents, touched } = await opened().write(request.ranges, {
        emit: () => {
          const file = outputFile(folder, files.length, sources);
          files.push(file);
          return file;
        },
        stored: async (index, start, end) =>
          told[index]?.subarray(start, end) ?? readPart(folder.storedRange(index), start, end),
      });
      letGo();
      return {
        documents: documents.map((document, index) => ({ ...document, ...files[index]!.written() })),
        touched,
      };
    }
    case 'clear':
      letGo();
      return null;
  }
}

function letGo(): void {
  sources = [];
  pass = undefined;
}

async function read(files: number): Promise<Answers['read']> {
  letGo();
  let objects = 0;
  for (let index = 0; index < files; index += 1) {
    const bytes = await readFile(folder.input(index));
    objects += prescan(bytes).objects;
    sources[index] = bytes;
  }
  return { objects };
}

function source(index: number): Buffer {
  const bytes = sources[index];
  if (!bytes) throw new Error(`file ${index} was not read`);
  return bytes;
}

async function readAssets(ids: readonly string[]): Promise<Map<string, Buffer>> {
  const assets = new Map<string, Buffer>();
  for (const [index, id] of ids.entries()) assets.set(id, await readFile(folder.asset(index)));
  return assets;
}

/** What came of a range: to be told, where it is little; else null, and it is left in the file. */
async function keep(made: RangeBytes): Promise<string | null> {
  let file: FileHandle | undefined;
  const parts: Uint8Array[] = [];
  let bytes = 0;
  try {
    for await (const part of made) {
      parts.push(part);
      bytes += part.length;
      if (bytes <= fewBytes) continue;
      file ??= await open(folder.newRange, 'w');
      await file.appendFile(Buffer.concat(parts.splice(0)));
    }
  } finally {
    await file?.close();
  }
  return file ? null : Buffer.concat(parts).toString('base64');
}

/** The bytes `[start, end)` of a file. */
async function readPart(path: string, start = 0, end = Infinity): Promise<Buffer> {
  await using file = await open(path);
  const { size } = await file.stat();
  const part = Buffer.allocUnsafe(Math.min(end, size) - start);
  await file.read(part, 0, part.length, start);
  return part;
}

function opened(): Pass {
  if (!pass) throw new Error('no job is open');
  return pass;
}

/** The end of a phase is always told, else no more often than a person can see. */
function report(progress: Parameters<OnProgress>[0]): void {
  const now = performance.now();
  if (now - lastReport < reportEveryMs && progress.done < progress.total) return;
  lastReport = now;
  tell({ type: 'report', call: current, progress });
}

function tell(message: Message): void {
  send(process.stdout, message);
}
