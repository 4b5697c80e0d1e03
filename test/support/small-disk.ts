import { spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const BLOCK = Buffer.alloc(64 * 1024);

/** A file system of its own, with little room. */
export class SmallDisk {
  private readonly filler: string;

  private constructor(readonly folder: string) {
    this.filler = join(folder, 'fill');
  }

  /** `size`: as `mount` writes it, `48m`. `null` where nobody may mount one: that needs root on Linux. */
  static mount(size: string): SmallDisk | null {
    const folder = mkdtempSync(join(tmpdir(), 'absage-disk-'));
    const isMounted = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', folder]).status === 0;
    if (isMounted) return new SmallDisk(folder);
    rmSync(folder, { recursive: true });
    return null;
  }

  /** Has more room, or less, than before; not less than what is used. */
  resize(size: string): void {
    const { status, stderr } = spawnSync('mount', ['-o', `remount,size=${size}`, this.folder]);
    if (status !== 0) throw new Error(`the disk keeps its size: ${stderr.toString()}`);
  }

  /** Takes all the room that is left, to the last byte. */
  fill(): void {
    const handle = openSync(this.filler, 'a');
    try {
      for (let size = BLOCK.length; size >= 1;) {
        try {
          writeSync(handle, BLOCK, 0, size);
        } catch (error) {
          if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
          size = Math.floor(size / 2);
        }
      }
    } finally {
      closeSync(handle);
    }
  }

  /** Gives back what `fill` has taken. */
  makeRoom(): void {
    rmSync(this.filler, { force: true });
  }

  remove(): void {
    spawnSync('umount', ['--lazy', this.folder]);
    rmSync(this.folder, { recursive: true, force: true });
  }
}
