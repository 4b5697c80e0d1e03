import { writeFileSync } from 'node:fs';
import type { Command } from 'commander';
import { dayAndTime } from '../domain/clock';
import { shownName } from '../domain/names';
import type { SeriesTask } from '../cases/series-tasks';
import { onOneLine } from '../domain/text';
import { addCommand, print, run, type Common } from './command';
import { writeLine, writeProblem } from './terminal';
import { EXIT } from './watch';

interface TaskOptions extends Common {
  done?: string;
  undone?: string;
  note?: string;
  house?: string;
  only?: string[];
}

/** The commands of a series' to-do list and of its Protokoll. */
export function addSeriesPapers(series: Command): void {
  addCommand(
    series,
    'tasks <serie>',
    'Was die Häuser bei einer Serie zu tun haben; mit --done wird für alle Vorstellungen abgehakt.',
  )
    .option('--done <aufgabe>', 'abhaken: die Kennung, die in der Liste in Klammern steht')
    .option('--undone <aufgabe>', 'ein Häkchen zurücknehmen')
    .option('--note <text>', 'Anmerkung zum Häkchen, etwa was Ö-Ticket geantwortet hat')
    .option('--house <haus>', 'in diesem Haus; nötig, wenn mehrere Häuser die Aufgabe haben')
    .option('--only <va-nummern...>', 'nur bei diesen Vorstellungen')
    .action(
      run(async (api, [id], { done, undone, note, house, only, ...options }: TaskOptions) => {
        const task = done ?? undone;
        if ((done && undone) || (note && !done) || (!task && (house || only))) {
          writeProblem(
            '--done und --undone schließen einander aus; --note gehört zu --done, --house und --only zu einem von beiden.',
          );
          return EXIT.usage;
        }
        const list = task
          ? await api.tickInSeries(id, task, { done: done !== undefined, note, house, eventNumbers: only })
          : await api.seriesTasks(id);
        print(options, list, () => describeSeriesTasks(list.tasks));
        return EXIT.done;
      }),
    );

  addCommand(series, 'protocol <serie>', 'Das Protokoll einer Serie: als JSON, mit --pdf in eine Datei.')
    .option('--pdf <datei>', 'das PDF in diese Datei')
    .action(
      run(async (api, [id], { pdf }: Common & { pdf?: string }) => {
        if (pdf === undefined) {
          writeLine((await api.seriesProtocol(id, 'application/json')).toString('utf8').trimEnd());
          return EXIT.done;
        }
        writeFileSync(pdf, await api.seriesProtocol(id, 'application/pdf'));
        writeProblem(`Geschrieben: ${pdf}`);
        return EXIT.done;
      }),
    );
}

/** One line for each entry, with its id, and below it who has done it, or where it is open. */
export function describeSeriesTasks(tasks: readonly SeriesTask[]): string {
  if (tasks.length === 0) return 'Zu dieser Serie gibt es noch keine Aufgabenliste.';
  return tasks.flatMap(describe).join('\n');
}

function describe({ house, id, text, contact, items, isForAll, done }: SeriesTask): string[] {
  const numbers = (some: SeriesTask['items']) => some.map(({ eventNumber }) => eventNumber).join(', ');
  const open = items.filter((item) => item.done === null);
  const note = done?.note ? `: ${onOneLine(done.note)}` : '';
  return [
    `${done ? '☑' : '☐'} ${house}: ${onOneLine(text)} [${id}]`,
    ...(isForAll ? [] : [`    nur VA-Nr. ${numbers(items)}`]),
    ...(done ? [`    ${dayAndTime(done.at)}, ${onOneLine(shownName(done.by))}${note}`] : []),
    ...(!done && open.length < items.length ? [`    noch offen bei VA-Nr. ${numbers(open)}`] : []),
    ...(!done && contact ? [`    ${onOneLine(contact.name)}, Telefon ${contact.phone}`] : []),
  ];
}
