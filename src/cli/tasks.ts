import type { Command } from 'commander';
import type { CaseWithTasks, SeriesWithTasks, ShownTask } from '../cases/house-tasks';
import { dayAndTime } from '../domain/clock';
import { shownName } from '../domain/names';
import { onOneLine } from '../domain/text';
import { addCaseCommand, addCommand, named, print, run, type Common, type OfCase } from './command';
import { describeSeriesTasks } from './series-papers';
import { writeProblem } from './terminal';
import { EXIT } from './watch';

interface TaskOptions extends OfCase {
  done?: string;
  undone?: string;
  note?: string;
}

/** The commands of the house's to-do list: of one case, and what is open in all cases. */
export function addTaskCommands(program: Command): void {
  addCaseCommand(program, 'tasks', 'Was das Haus bei einer Absage zu tun hat; mit --done wird abgehakt.')
    .option('--done <aufgabe>', 'abhaken: die Kennung, die in der Liste in Klammern steht')
    .option('--undone <aufgabe>', 'ein Häkchen zurücknehmen')
    .option('--note <text>', 'Anmerkung zum Häkchen, etwa was Ö-Ticket geantwortet hat')
    .action(
      run(async (api, event, options: TaskOptions) => {
        const { done, undone, note } = options;
        if ((done && undone) || (note && !done)) {
          writeProblem('--done und --undone schließen einander aus; --note gehört zu --done.');
          return EXIT.usage;
        }
        const which = named(event, options);
        const id = done ?? undone;
        const list = id
          ? await api.tick(which, id, { done: done !== undefined, note })
          : await api.tasks(which);
        print(options, list, () => describeTasks(list.tasks));
        return EXIT.done;
      }),
    );

  addCommand(program, 'open-tasks', 'Was in allen Absagen noch zu tun ist, die nächste Vorstellung zuerst.')
    .option('--house <haus>', 'nur dieses Haus')
    .action(
      run(async (api, _arguments, options: Common & { house?: string }) => {
        const list = await api.openTasks(options.house);
        print(options, list, () => describeOpen(list.cases, list.series));
        return EXIT.done;
      }),
    );
}

/** One line for each entry, with its id, and below it who has done it. */
function describeTasks(tasks: readonly ShownTask[]): string {
  if (tasks.length === 0) return 'Zu dieser Absage gibt es keine Aufgabenliste.';
  return tasks.flatMap(describe).join('\n');
}

function describe({ id, text, contact, done }: ShownTask): string[] {
  const line = `${done ? '☑' : '☐'} ${onOneLine(text)} [${id}]`;
  if (!done) return contact ? [line, `    ${onOneLine(contact.name)}, Telefon ${contact.phone}`] : [line];
  const note = done.note ? `: ${onOneLine(done.note)}` : '';
  return [line, `    ${dayAndTime(done.at)}, ${onOneLine(shownName(done.by))}${note}`];
}

function describeOpen(cases: readonly CaseWithTasks[], series: readonly SeriesWithTasks[]): string {
  if (cases.length + series.length === 0) return 'Es ist nichts offen.';
  const together = series.map(({ id, title, startsAt, tasks }) =>
    [
      `Serie ${onOneLine(title)}, ab ${dayAndTime(startsAt)} · ${id}`,
      ...describeSeriesTasks(tasks)
        .split('\n')
        .map((line) => `  ${line}`),
    ].join('\n'),
  );
  const alone = cases.map(({ house, eventNumber, title, startsAt, tasks }) =>
    [
      `${house} ${eventNumber} · ${onOneLine(title)}, ${dayAndTime(startsAt)}`,
      ...tasks.flatMap(describe).map((line) => `  ${line}`),
    ].join('\n'),
  );
  return [...together, ...alone].join('\n\n');
}
