import { Argument, type Command } from 'commander';
import type { StillAtWork, WritesState } from '../cases/writes';
import { dayAndTime } from '../domain/clock';
import { shownName } from '../domain/names';
import { onOneLine } from '../domain/text';
import { STEP_ROWS } from '../domain/vocabulary';
import { addCommand, print, run, type Common } from './command';
import { EXIT } from './watch';

interface WritesOptions extends Common {
  reason: string;
  offline?: boolean;
}

export type SwitchOffline = (wish: { on: boolean; reason: string }) => Promise<void>;

/** `offline`: switches in the journal itself, without a server. */
export function addWritesCommand(program: Command, offline: SwitchOffline): void {
  const online = run(async (api, [wanted], { reason, ...options }: WritesOptions) => {
    const { writes, atWork } = await api.switchWrites({ on: wanted === 'on', reason });
    print(options, { writes, atWork }, () => describeWrites(writes, atWork));
    return EXIT.done;
  });
  addCommand(
    program,
    'writes',
    'Das Schreiben abschalten oder wieder einschalten: aus heißt, Absage schreibt nichts in Jet und nichts an Ö-Ticket.',
  )
    .addArgument(new Argument('<stand>', 'off: abschalten, on: einschalten').choices(['on', 'off']))
    .requiredOption('--reason <text>', 'warum; steht im Logbuch und oben auf jeder Seite')
    .option(
      '--offline',
      'gleich im Logbuch, ohne Server, etwa vor dem Start nach einer Wiederherstellung; mit den Einstellungen des Dienstes',
    )
    .action((...given: unknown[]) => {
      const [wanted, { reason, offline: isOffline }] = given as [string, WritesOptions];
      return isOffline ? offline({ on: wanted === 'on', reason }) : online(...given);
    });
}

export function describeWrites(
  { on, since, by, reason }: WritesState,
  atWork: readonly StillAtWork[],
): string {
  const switched =
    since && by
      ? `, seit ${dayAndTime(since)}, von ${onOneLine(shownName(by))}: „${onOneLine(reason ?? '')}“`
      : '';
  if (on) return `Das Schreiben ist eingeschaltet${switched}.`;
  return [
    `Das Schreiben ist abgeschaltet${switched}.`,
    ...(atWork.length === 0
      ? ['Absage schreibt ab jetzt nichts in Jet und nichts an Ö-Ticket.']
      : [
          'Absage beginnt ab jetzt nichts mehr in Jet und bei Ö-Ticket. Das hatte schon begonnen und kann noch zu Ende gehen:',
          ...atWork.map(
            ({ house, eventNumber, caseId, step, since: begunAt }) =>
              `  ${house} ${eventNumber ?? `Serie ${caseId}`}: ${STEP_ROWS[step].label}, begonnen ${dayAndTime(begunAt)}`,
          ),
        ]),
  ].join('\n');
}
