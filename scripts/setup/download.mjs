import { createWriteStream } from 'node:fs';
import { basename, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { run } from './support.mjs';

/** Temporal's own download service, which its SDKs use as well; a house may name a mirror of it. */
const DEFAULT_DOWNLOAD_URL = 'https://temporal.download';

/** The longest wait for an unreachable host, and the longest pause within a download. */
const ANSWER_TIMEOUT_MS = 4_000;
const STALL_TIMEOUT_MS = 15_000;

const OPERATING_SYSTEMS = { linux: 'linux', darwin: 'darwin', win32: 'windows' };
const ARCHITECTURES = { x64: 'amd64', arm64: 'arm64' };

/** Downloads a tool's archive into a folder and unpacks it. Returns the program's path; throws one short reason. */
export async function downloadArchive(tool, folder) {
  const info = await ask(tool);
  const archive = join(folder, basename(new URL(info.archiveUrl).pathname));
  await save(info.archiveUrl, archive);
  const { code } = await run('tar', ['-xf', archive, '-C', folder, info.fileToExtract]);
  if (code !== 0) throw new Error('das Archiv lässt sich nicht auspacken');
  return join(folder, info.fileToExtract);
}

async function ask({ artifact, version, format }) {
  const platform = OPERATING_SYSTEMS[process.platform];
  const arch = ARCHITECTURES[process.arch];
  if (!platform || !arch) throw new Error(`nichts für ${process.platform} auf ${process.arch}`);
  const base = (process.env.TEMPORAL_DOWNLOAD_URL || DEFAULT_DOWNLOAD_URL).replace(/\/+$/, '');
  const query = new URLSearchParams({ arch, platform, ...(format ? { format } : {}) });
  const response = await request(
    `${base}/${artifact}/v${version}?${query}`,
    AbortSignal.timeout(ANSWER_TIMEOUT_MS),
  );
  const info = await response.json().catch(() => ({}));
  const isUsable =
    typeof info.fileToExtract === 'string' &&
    /^[\w.][\w./-]*$/.test(info.fileToExtract) &&
    !info.fileToExtract.split('/').includes('..') &&
    URL.canParse(info.archiveUrl ?? '') &&
    new URL(info.archiveUrl).protocol === new URL(base).protocol;
  if (!isUsable) throw new Error('unverständliche Antwort');
  return info;
}

async function save(url, path) {
  const stall = new AbortController();
  let timer = setTimeout(() => stall.abort(), ANSWER_TIMEOUT_MS);
  try {
    const response = await request(url, stall.signal);
    const watch = async function* (chunks) {
      for await (const chunk of chunks) {
        clearTimeout(timer);
        timer = setTimeout(() => stall.abort(), STALL_TIMEOUT_MS);
        yield chunk;
      }
    };
    await pipeline(Readable.fromWeb(response.body), watch, createWriteStream(path)).catch(() => {
      throw new Error('abgerissen');
    });
  } finally {
    clearTimeout(timer);
  }
}

async function request(url, signal) {
  const response = await fetch(url, { signal }).catch(() => {
    throw new Error('nicht erreichbar');
  });
  if (!response.ok) throw new Error(`Antwort ${response.status}`);
  return response;
}
