import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Drill, Strike } from './drill';

/** Debian's package `faketime`. It shows a program another time than the machine's. */
const LIBRARY = '/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1';

const HOUR = 3_600;

/** The clock of the worker's machine jumps while one case marks, one waits for its titles and one for its Storno. */
function jumps(what: string, seconds: number): Strike {
  return {
    what,
    async run(evening) {
      const { stack } = evening;
      const file = join(stack.dataDir, 'clock');
      writeFileSync(file, '+0\n');
      await stack.end('worker');
      const clock = {
        LD_PRELOAD: LIBRARY,
        FAKETIME_TIMESTAMP_FILE: file,
        // The jump is to be seen at once, and the clock of timers is the processor's: no jump moves it.
        FAKETIME_NO_CACHE: '1',
        FAKETIME_DONT_FAKE_MONOTONIC: '1',
      };
      await stack.launch('worker', { settings: clock });
      const [first] = await evening.order(1);
      await evening.untilDone(first!, 'set-storno');
      await evening.order(1);
      await evening.orderOne();
      writeFileSync(file, `${seconds > 0 ? '+' : ''}${seconds}\n`);
      const [last] = await evening.order(1);
      // A clock that stood still would prove nothing.
      const [line] = await stack.lines(last!.caseId);
      if (Math.abs(Date.parse(line!.at) - Date.now()) < (HOUR * 1_000) / 2)
        throw new Error(`the clock of the worker has not jumped: ${line!.at}`);
    },
  };
}

export const clock: Drill = {
  title: 'Die Uhr springt',
  lack: () => (existsSync(LIBRARY) ? null : `${LIBRARY} (Paket faketime)`),
  rows: {
    ahead: jumps('Die Uhr des Workers springt eine Stunde vor', HOUR),
    back: jumps('Die Uhr des Workers springt eine Stunde zurück', -HOUR),
  },
};
