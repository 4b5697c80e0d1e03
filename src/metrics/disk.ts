import { statfs } from 'node:fs/promises';

/** What may still be written where a folder lies, by this process. */
export async function readFreeBytes(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
}
