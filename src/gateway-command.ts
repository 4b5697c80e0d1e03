import { writeFileSync } from 'node:fs';
import { ask, confirm } from './cli/command';
import { writeJson, writeLine, writeProblem } from './cli/terminal';
import { dayAndTime } from './domain/clock';
import { EVENT_NUMBER } from './domain/input';
import type { House } from './domain/types';
import { titleAsNamed, visible } from './domain/visible';
import {
  checkGateway,
  NotReachable,
  NotWritable,
  type Findings,
  type WriteWish,
} from './gateway-check/check';
import type { Street } from './gateway-check/exchange';
import { describeFindings, toJUnit } from './gateway-check/report';
import type { WireEvent } from './jet/contract';
import { ConfigError, loadConfig, type Environment } from './settings/environment';
import { loadHouses } from './settings/houses';

/** The options of `absage gateway check`. */
export interface GatewayCheckOptions {
  house: string;
  event?: string;
  write?: boolean;
  testEvent?: string;
  storno?: boolean;
  yes?: boolean;
  simulator?: boolean;
  json?: boolean;
  junit?: string;
}

const EXIT = { held: 0, broken: 1, usage: 2 } as const;

/** Of all settings only these: whoever builds a gateway has no others yet. */
const NAMES = [
  'ABSAGE_JET_URL',
  'ABSAGE_JET_TOKEN',
  'ABSAGE_JET_TIMEOUT',
  'ABSAGE_JET_RATE',
  'ABSAGE_HOUSES',
];
const CAREFUL_RATE = '1';

/** Bad options, settings or files. The message is German. */
class UsageError extends Error {}

/** `absage gateway check`. Resolves to the exit code: 0 nothing is broken, 1 a clause is, 2 usage or not reachable. */
export async function runGatewayCheck(
  environment: Environment,
  options: GatewayCheckOptions,
): Promise<number> {
  try {
    const findings = await examine(environment, options);
    if (options.json) writeJson(findings);
    else writeLine(describeFindings(findings));
    return findings.ok ? EXIT.held : EXIT.broken;
  } catch (error) {
    const isKnown = [UsageError, ConfigError, NotReachable, NotWritable].some(
      (kind) => error instanceof kind,
    );
    if (!isKnown) throw error;
    const { message } = error as Error;
    writeProblem(options.json ? JSON.stringify({ error: { message } }) : message);
    return EXIT.usage;
  }
}

async function examine(environment: Environment, options: GatewayCheckOptions): Promise<Findings> {
  const fault = findOptionFault(options);
  if (fault !== null) throw new UsageError(fault);
  const { street, house } = readSettings(environment, options.house);
  const interrupt = listenForInterrupt();
  if (!options.json)
    writeProblem(`Geprüft wird ${street.url}, höchstens ${street.ratePerSecond} Aufrufe in der Sekunde …`);
  const wish = {
    house: house.key,
    user: house.connectOnlineUser,
    eventNumber: options.event,
    maySimulate: options.simulator === true,
  };
  try {
    const findings = await checkGateway(street, wish, writeWish(options, interrupt), interrupt.isWanted);
    if (options.junit !== undefined) writeReport(options.junit, findings);
    return findings;
  } catch (error) {
    if (!(error instanceof NotReachable)) throw error;
    throw new NotReachable(
      `${street.url} antwortet nicht (${error.message}): bitte ABSAGE_JET_URL und das Gateway prüfen.`,
    );
  } finally {
    interrupt.forget();
  }
}

function findOptionFault({ event, write, testEvent, storno, yes }: GatewayCheckOptions): string | null {
  if (write && testEvent === undefined) return 'Zu --write gehört --test-event NUMMER.';
  if (!write && testEvent !== undefined)
    return '--test-event gilt nur mit --write: ohne wird nichts geschrieben.';
  if (!write && storno) return '--storno gilt nur mit --write --test-event NUMMER.';
  if (!write && yes) return '--yes gilt nur mit --write: ohne wird nichts gefragt.';
  const wrong = [event, testEvent].find((number) => number !== undefined && !EVENT_NUMBER.test(number));
  return wrong === undefined ? null : `${wrong} ist keine Nummer einer Veranstaltung.`;
}

function readSettings(environment: Environment, key: string): { street: Street; house: House } {
  const own = Object.fromEntries(
    Object.entries(environment).filter(([name]) => NAMES.includes(name.replace(/_FILE$/, ''))),
  );
  const isCareful = environment.ABSAGE_MODE === 'production' && !environment.ABSAGE_JET_RATE;
  const { jet, housesFile } = loadConfig({ ...own, ...(isCareful && { ABSAGE_JET_RATE: CAREFUL_RATE }) });
  const houses = loadHouses(housesFile);
  const house = houses.get(key);
  if (!house) {
    const known = [...houses.keys()].join(', ');
    throw new UsageError(
      `Das Haus ${key} steht nicht in der Häuserdatei (ABSAGE_HOUSES). Dort stehen: ${known}.`,
    );
  }
  return { street: jet, house };
}

function writeReport(path: string, findings: Findings): void {
  try {
    writeFileSync(path, toJUnit(findings));
  } catch (error) {
    throw new UsageError(`${path} kann nicht geschrieben werden (${(error as NodeJS.ErrnoException).code}).`);
  }
}

function writeWish(
  { write, testEvent = '', storno = false, yes = false }: GatewayCheckOptions,
  interrupt: Interrupt,
): WriteWish | null {
  if (!write) return null;
  return {
    eventNumber: testEvent,
    isStorno: storno,
    async mayWrite(event) {
      writeProblem(describeEvent(event));
      const question = 'Ihre Texte werden mehrmals geändert und am Ende zurückgesetzt. Weiter? (ja/nein) ';
      const mayWrite = yes || (await confirm(question));
      if (mayWrite) interrupt.note(event);
      return mayWrite;
    },
    /** What nothing takes back is not answered by an option. */
    async mayStorno({ eventNumber, title }) {
      writeProblem(`STORNO von ${eventNumber} „${titleAsNamed(title)}“: das ist nicht zurückzunehmen.`);
      const number = await ask('Zur Bestätigung die Nummer: ');
      if (number?.trim() !== eventNumber) return false;
      return (await ask('und den Titel: '))?.trim() === titleAsNamed(title);
    },
  };
}

/** Also for whoever has to put the texts back by hand. */
function describeEvent({
  eventNumber,
  house,
  startsAt,
  venue,
  status,
  soldViaPartner,
  ...texts
}: WireEvent): string {
  return [
    `Geschrieben wird auf die Testveranstaltung ${house} ${eventNumber}, ${dayAndTime(startsAt)}, ${venue}, Status ${status}.`,
    ...(soldViaPartner ? ['Sie wird auch über Ö-Ticket verkauft: die Texte können dort zu sehen sein.'] : []),
    'Dort stehen jetzt:',
    ...describeTexts(texts),
  ].join('\n');
}

interface Interrupt {
  isWanted(): boolean;
  /** From now on texts are changed: they stand so before. */
  note(event: WireEvent): void;
  forget(): void;
}

/**
 * The first Ctrl-C puts back and ends, and so does a terminal that is closed; a second Ctrl-C ends at once, and says what may be
 * left.
 */
function listenForInterrupt(): Interrupt {
  let isWanted = false;
  let changed: WireEvent | null = null;
  const end = () => {
    if (isWanted) {
      if (changed) writeProblem(describeLeft(changed));
      process.exit(EXIT.broken);
    }
    isWanted = true;
    writeProblem('\nDie Prüfung endet, was sie geschrieben hat, wird noch zurückgesetzt …');
  };
  const hangUp = () => (isWanted = true);
  // Nobody reads any more once the terminal is gone: that must not end it before the texts are put back.
  const nobodyReads = () => {};
  process.on('SIGINT', end).on('SIGTERM', end).on('SIGHUP', hangUp);
  for (const stream of [process.stdout, process.stderr]) stream.on('error', nobodyReads);
  return {
    isWanted: () => isWanted,
    note: (event) => void (changed = event),
    forget: () => void process.off('SIGINT', end).off('SIGTERM', end).off('SIGHUP', hangUp),
  };
}

function describeLeft({ eventNumber, ...texts }: WireEvent): string {
  return [
    `${eventNumber}: vielleicht nicht zurückgesetzt, bitte nachsehen. Vor der Prüfung standen dort:`,
    ...describeTexts(texts),
  ].join('\n');
}

function describeTexts({
  title,
  customerTitle,
  externalMemo,
}: Pick<WireEvent, 'title' | 'customerTitle' | 'externalMemo'>): string[] {
  return [
    `  Titel: ${visible(title)}`,
    `  Titel (Kundensicht): ${visible(customerTitle ?? '')}`,
    `  Externer Memotext: ${visible(externalMemo ?? '')}`,
  ];
}
