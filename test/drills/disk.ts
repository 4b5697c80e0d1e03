import { eventually } from '../support/eventually';
import { SmallDisk } from '../support/small-disk';
import type { Drill } from './drill';

/** Beyond the wait of a case, so that it is due while nothing can be written. */
const FULL_MS = 8_000;

let disk: SmallDisk | null = null;

export const fullDisk: Drill = {
  title: 'Die Platte ist voll',
  lack: () => (process.getuid?.() === 0 ? null : 'das Recht, eine kleine Platte einzuhängen (root)'),
  rows: {
    full: {
      what: 'Kein Platz für Logbuch und Temporal, während Absagen warten',
      options() {
        disk = SmallDisk.mount('64m');
        if (!disk) throw new Error('no disk could be mounted');
        return { folder: disk.folder };
      },
      async run(evening) {
        const [first] = await evening.order(1);
        await evening.untilDone(first!, 'set-storno');
        await evening.order(1);
        const untilMs = Date.now() + FULL_MS;
        // Whatever gives room back meanwhile, it is taken.
        await eventually(
          () => disk!.fill(),
          () => Date.now() > untilMs,
        );
        await evening.person('Platz schaffen', () => disk!.makeRoom());
        await evening.order(1);
      },
      cleanUp: () => disk?.remove(),
    },
  },
};
