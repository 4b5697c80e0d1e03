import { randomUUID } from 'node:crypto';
import { closeSync, linkSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs';

/** A file system without hard links says so with one of these. */
const NO_LINKS = ['EPERM', 'EACCES', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK'];

const PRIVATE = 0o600;

/**
 * Creates a small file with its whole content at once, on disk and readable for its owner only, or returns `false` when
 * the file exists. Throws where it cannot be written, and then leaves nothing behind.
 *
 * A file system without hard links (an USB stick, some network drives) creates the file first and fills it then: who
 * reads it in that moment finds it empty.
 */
export function createWhole(file: string, content: string, link = linkSync): boolean {
  const fresh = writeAside(file, content);
  try {
    link(fresh, file);
    return true;
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return false;
    if (!NO_LINKS.includes(code)) throw error;
    return createAndFill(file, content);
  } finally {
    rmSync(fresh, { force: true });
  }
}

/** Gives a small file a new content: whole, or not at all. Throws where it cannot be written; the old content stays. */
export function replaceWhole(file: string, content: string): void {
  const fresh = writeAside(file, content);
  try {
    renameSync(fresh, file);
  } catch (error) {
    rmSync(fresh, { force: true });
    throw error;
  }
}

function writeAside(file: string, content: string): string {
  const fresh = `${file}.${randomUUID()}`;
  try {
    writeFileSync(fresh, content, { flag: 'wx', mode: PRIVATE, flush: true });
    return fresh;
  } catch (error) {
    // A full disk leaves an empty file, whose removal may fail as well.
    removeQuietly(fresh);
    throw error;
  }
}

function createAndFill(file: string, content: string): boolean {
  let handle: number;
  try {
    handle = openSync(file, 'wx', PRIVATE);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
  try {
    writeFileSync(handle, content, { flush: true });
    return true;
  } catch (error) {
    removeQuietly(file);
    throw error;
  } finally {
    closeSync(handle);
  }
}

function removeQuietly(file: string): void {
  try {
    rmSync(file, { force: true });
  } catch {
    // The error that led here is the one to report.
  }
}
