import { writeFileSync } from 'node:fs';
import type { Command } from 'commander';
import { viennaDate } from '../domain/clock';
import { addCaseCommand, addCommand, named, print, run, type Common, type OfCase } from './command';
import { describeEvent } from './format';
import type { ListedEvent } from './http';
import { writeLine, writeProblem } from './terminal';
import { EXIT } from './watch';

/** The commands that only read: a house's performances, and the Protokoll of a case. */
export function addReadCommands(program: Command): void {
  addCommand(
    program,
    'events <haus> [wörter]',
    'Vorstellungen eines Hauses ab heute, z. B. "Großes Haus heute 19.30".',
  )
    .option('--from <datum>', 'erst ab diesem Tag, z. B. 2026-12-01')
    .action(
      run(async (api, [house, text], { from, ...options }: Common & { from?: string }) => {
        const query = { from: from ?? viennaDate(new Date().toISOString()), ...(text && { text }) };
        const found = await api.events(house, query);
        print(options, found, () => describeEvents(found.events, found.nextCursor !== null));
        return EXIT.done;
      }),
    );

  addCaseCommand(program, 'protocol', 'Das Protokoll einer Absage: als JSON, mit --pdf in eine Datei.')
    .option('--pdf <datei>', 'das PDF in diese Datei')
    .action(
      run(async (api, event, options: OfCase & { pdf?: string }) => {
        const which = named(event, options);
        if (options.pdf === undefined) {
          writeLine((await api.protocol(which, 'application/json')).toString('utf8').trimEnd());
          return EXIT.done;
        }
        writeFileSync(options.pdf, await api.protocol(which, 'application/pdf'));
        writeProblem(`Geschrieben: ${options.pdf}`);
        return EXIT.done;
      }),
    );
}

function describeEvents(events: readonly ListedEvent[], hasMore: boolean): string {
  if (events.length === 0 && !hasMore) return 'Keine Vorstellung gefunden.';
  const more = hasMore ? ['Es gibt weitere: bitte mit mehr Wörtern oder --from suchen.'] : [];
  return [...events.map(describeChoice), ...more].join('\n');
}

/** An event that cannot be cancelled says why. */
function describeChoice(event: ListedEvent): string {
  return [describeEvent(event), ...event.refusals.map(({ text }) => `  Nicht möglich: ${text}`)].join('\n');
}
