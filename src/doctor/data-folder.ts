import { randomUUID } from 'node:crypto';
import { accessSync, constants, existsSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { failed, ok, type Check } from './check';

/** Writes an empty file and takes it away again. A folder that is not there yet is not made. */
export function dataFolderCheck(dataDir: string): Check {
  return {
    name: 'data-folder',
    label: 'Datenordner',
    run() {
      const isThere = existsSync(dataDir);
      try {
        if (isThere) tryWriting(dataDir);
        else accessSync(`${nearestFolder(dataDir)}/`, constants.W_OK); // the slash: no file can stand for it
      } catch (error) {
        const { code } = error as NodeJS.ErrnoException;
        return Promise.resolve(
          failed(
            `${dataDir} ist nicht beschreibbar: bitte Rechte und freien Platz prüfen, oder ABSAGE_DATA (${code}).`,
          ),
        );
      }
      return Promise.resolve(
        ok(
          isThere
            ? `${dataDir} ist beschreibbar.`
            : `${dataDir} gibt es noch nicht, er entsteht beim ersten Start.`,
        ),
      );
    },
  };
}

function tryWriting(folder: string): void {
  const file = join(folder, `.doctor-${randomUUID()}`);
  try {
    writeFileSync(file, 'x', { flag: 'wx' });
  } finally {
    rmSync(file, { force: true });
  }
}

function nearestFolder(path: string): string {
  return existsSync(path) ? path : nearestFolder(dirname(path));
}
