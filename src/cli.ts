#!/usr/bin/env node
import { Command } from 'commander';
import { version } from '../package.json';
import type * as AdminCommands from './admin-commands';
import type * as DeployCommands from './deploy-commands';
import type { GatewayCheckOptions } from './gateway-command';
import type * as JournalCommands from './journal-commands';
import { addClientCommands } from './cli/commands';
import type { runRole } from './role';
import { exemptThisMachine } from './settings/proxy';
import type { TokenWish } from './settings/tokens';

/** Commander's own messages, as far as users see them. */
const GERMAN: readonly (readonly [RegExp, string])[] = [
  [/^Usage:/, 'Aufruf:'],
  [/^Arguments:/, 'Angaben:'],
  [/^(Global )?Options:/, 'Optionen:'],
  [/^Commands:/, 'Befehle:'],
  [/\[options\]/, '[Optionen]'],
  [/\[command\]/, '[Befehl]'],
  [/\bchoices: /, 'möglich: '],
  [/\bdefault: /, 'Vorgabe: '],
  [/\benv: /, 'Umgebung: '],
  [/^error: unknown option/, 'Unbekannte Option:'],
  [/^error: unknown command/, 'Unbekannter Befehl:'],
  [/^error: option (.*) argument missing/, 'Zur Option $1 fehlt die Angabe'],
  [/^error: option (.*) argument '(.*)' is invalid\./s, "Die Option $1 kann nicht '$2' sein."],
  [/^error: option (.*) value '(.*)' from env (.*) is invalid\./s, "$3 kann nicht '$2' sein."],
  [/^error: missing required argument/, 'Es fehlt die Angabe'],
  [/^error: required option (.*) not specified/, 'Es fehlt die Option $1'],
  [/^error: too many arguments.*/, 'Zu viele Angaben'],
  [/\(Did you mean (.*)\?\)/, '(Ist $1 gemeint?)'],
  [/\(Did you mean one of (.*)\?\)/, '(Ist etwas davon gemeint: $1?)'],
  [/^error: /, ''],
];

// What this process and its children write belongs to their user alone.
process.umask(0o077);
// Before anything is loaded that reads them.
exemptThisMachine(process.env);

const program = new Command('absage')
  .description('Sagt eine Vorstellung aus JetTicket ab, die auch über Ö-Ticket verkauft wird.')
  .version(version, '-V, --version', 'zeigt die Version')
  .helpOption('-h, --help', 'zeigt diese Hilfe')
  .helpCommand('help [befehl]', 'zeigt die Hilfe zu einem Befehl')
  .configureOutput({ outputError: (text, write) => write(inGerman(text)) })
  .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2));

// Each role is loaded only when it is needed: the help must not wait for Temporal's libraries.
program
  .command('up')
  .description('startet alles: Temporal, Simulator, E-Mail-Fänger, Worker und API')
  .option('--with-log-in', 'dazu eine Anmeldestelle zum Üben, mit Personen in jeder Rolle')
  .action(async ({ withLogIn = false }: { withLogIn?: boolean }) =>
    (await import('./up/up.js')).runUp(process.env, { withLogIn }),
  );

program
  .command('worker')
  .description('führt die Absagen aus')
  .action(() => asRole('worker', async (...given) => (await import('./worker.js')).startWorker(...given)));

program
  .command('server')
  .description('bedient die API')
  .action(() => asRole('server', async (...given) => (await import('./server.js')).startServer(...given)));

program
  .command('simulator')
  .description('spielt Jet und Ö-Ticket, für den Probebetrieb')
  .action(() =>
    asRole('simulator', async (...given) => (await import('./simulator/server.js')).startSimulator(...given)),
  );

program
  .command('mail-catcher')
  .description('fängt alle E-Mails auf, für den Probebetrieb')
  .action(() =>
    asRole('mail-catcher', async (...given) =>
      (await import('./up/mail-catcher.js')).startMailCatcher(...given),
    ),
  );

program
  .command('sample-log-in')
  .description('eine Anmeldestelle zum Üben, für den Probebetrieb')
  .action(() =>
    asRole('sample-log-in', async (...given) =>
      (await import('./sample-log-in/server.js')).startSampleLogIn(...given),
    ),
  );

program
  .command('demo')
  .description('sagt eine Vorstellung aus dem Übungsprogramm ab, vom Auftrag bis zur E-Mail')
  .action(async () => {
    const [{ demonstrate }, { addressOf, loadConfig }] = await Promise.all([
      import('./cli/demo.js'),
      import('./settings/environment.js'),
    ]);
    try {
      const { host, port, ports } = loadConfig(process.env);
      const addresses = { api: addressOf(host, port), mails: addressOf('127.0.0.1', ports.mailUi) };
      process.exitCode = await demonstrate(__filename, addresses);
    } catch (error) {
      process.stderr.write(`${(error as Error).message}\n`);
      process.exitCode = 1;
    }
  });

program
  .command('doctor')
  .description('prüft Einstellungen, Temporal, Gateway, Mailserver und Logbuch; ändert nichts')
  .option('--json', 'Befund als JSON')
  .action(async ({ json }: { json?: boolean }) => {
    const { runDoctor } = await import('./doctor/doctor.js');
    // A server that never answers must not keep the process alive.
    process.exit(await runDoctor(process.env, json));
  });

program
  .command('gateway')
  .description('das Gateway zu Jet')
  .command('check')
  .description('prüft jede Klausel des Vertrags am Gateway von ABSAGE_JET_URL; liest nur, außer mit --write')
  .requiredOption('--house <key>', 'das Haus, wie es in der Häuserdatei steht')
  .option('--event <nummer>', 'die Veranstaltung, die gelesen wird; ohne Angabe die nächste des Hauses')
  .option('--write', 'schreibt auch, auf die Testveranstaltung, und setzt ihre Texte zurück')
  .option(
    '--test-event <nummer>',
    'die Testveranstaltung: ihr Titel ist TEST oder beginnt mit „TEST “, sie liegt in der Zukunft',
  )
  .option('--storno', 'storniert sie am Ende, was nicht zurückzunehmen ist; fragt nach Nummer und Titel')
  .option('--yes', 'fragt vor dem Schreiben nicht nach; beantwortet --storno nicht')
  .option('--simulator', 'hinter dem Gateway darf ein Simulator stehen')
  .option('--json', 'Befund als JSON')
  .option('--junit <datei>', 'dazu ein Bericht für einen Build-Server')
  .action(async (options: GatewayCheckOptions) => {
    const { runGatewayCheck } = await import('./gateway-command.js');
    // Standard input may still be open.
    process.exit(await runGatewayCheck(process.env, options));
  });

program
  .command('tokens')
  .description('Token für die API')
  .command('create')
  .description('macht ein neues Token und zeigt es ein einziges Mal')
  .requiredOption('--actor <name>', 'wer damit handelt; steht im Logbuch')
  .option('--name <name>', 'der feste Name dieses Zugangs; ohne Angabe der von --actor')
  .requiredOption(
    '--role <role>',
    'was es darf: viewer (nur ansehen), clerk (absagen), lead (auch Wartezeiten überspringen, verzichten, von Hand schließen) oder admin (nur die Installation)',
  )
  .option('--expires <day>', 'der letzte Tag, an dem es gilt, z. B. 2027-06-30; ohne Angabe unbefristet')
  .option('--house <key>', 'für dieses Haus; auch mehrmals', (key, keys: string[] = []) => [...keys, key])
  .option('--all-houses', 'für alle Häuser')
  .action(async (wish: TokenWish) => {
    const [{ grantToken }, { describeNewToken }, { loadHouses }] = await Promise.all([
      import('./settings/tokens.js'),
      import('./cli/token.js'),
      import('./settings/houses.js'),
    ]);
    try {
      const { ABSAGE_HOUSES } = process.env;
      const granted = grantToken(wish, ABSAGE_HOUSES ? loadHouses(ABSAGE_HOUSES) : null);
      if ('faults' in granted) throw new Error(granted.faults.join('\n'));
      process.stdout.write(`${describeNewToken(granted.token, granted.entry)}\n`);
    } catch (error) {
      process.stderr.write(`${(error as Error).message}\n`);
      process.exitCode = 2;
    }
  });

const keys = program
  .command('keys')
  .description(
    'Schlüssel: womit Temporal nur Verschlüsseltes aufbewahrt, und womit das Logbuch unterschrieben ist',
  );

keys
  .command('create <datei>')
  .description('macht die Datei mit einem ersten Schlüssel')
  .action((path: string) => administer(({ createKeys }) => createKeys(path)));

keys
  .command('rotate')
  .description(
    'stellt einen neuen Schlüssel voran und sagt, welche gehen können; mit den Einstellungen des Dienstes',
  )
  .action(() => administer(({ rotateKeys }) => rotateKeys(process.env)));

keys
  .command('create-signing <datei>')
  .description('macht den Schlüssel, mit dem Absage das Logbuch unterschreibt')
  .action((path: string) => administer(({ createSigningKey }) => createSigningKey(path)));

keys
  .command('rotate-signing')
  .description(
    'stellt in ABSAGE_SIGNING_KEY_FILE einen neuen Schlüssel voran; der bisherige unterschreibt ihn',
  )
  .action(() => administer(({ rotateSigningKey }) => rotateSigningKey(process.env)));

addClientCommands(program, (wish) =>
  administerJournal(({ switchWritesOffline }) => switchWritesOffline(process.env, wish)),
);

// Beneath the command that shows the journal of a case: no house is called `adopt`, their keys are in capitals.
const journal = program.commands.find((command) => command.name() === 'journal');

journal
  ?.command('adopt')
  .description(
    'macht aus der Kopie eines Logbuchs eine Installation für sich; mit den Einstellungen des Dienstes',
  )
  .action(() => administer(({ adoptJournal }) => adoptJournal(process.env)));

journal
  ?.command('migrate')
  .description(
    'legt in PostgreSQL die Tabellen des Logbuchs an oder erneuert sie, vor dem ersten Start und bei jeder neuen Version',
  )
  .action(() => administerJournal(({ migrateJournal }) => migrateJournal(process.env)));

journal
  ?.command('copy')
  .description(
    'kopiert das Logbuch in eine andere Datenbank, prüft die Kopie und schließt das bisherige; mit den Einstellungen des Dienstes',
  )
  .requiredOption('--to <adresse>', 'wohin: postgres://… oder file:…')
  .option('--offline', 'fragt nicht nach, ob noch ein Worker arbeitet', false)
  .action(({ to, offline }: { to: string; offline: boolean }) =>
    administerJournal(({ copyJournal }) => copyJournal(process.env, { to, isOffline: offline })),
  );

journal
  ?.command('backup <datei>')
  .description('sichert das Logbuch im laufenden Betrieb in eine Datei; mit den Einstellungen des Dienstes')
  .action((path: string) => administerJournal(({ backupJournalTo }) => backupJournalTo(process.env, path)));

journal
  ?.command('witness')
  .description(
    'druckt ein Zeugnis über das Logbuch, das man außerhalb aufhebt; mit den Einstellungen des Dienstes',
  )
  .option('--check <datei>', 'vergleicht das Logbuch mit einem früheren Zeugnis')
  .action(({ check }: { check?: string }) =>
    administer(async ({ witnessJournal, checkWitness }) => {
      if (check === undefined) {
        const { text, problem } = await witnessJournal(process.env);
        if (problem !== null) {
          process.stderr.write(`${problem}\n`);
          process.exitCode = 1;
        }
        return text;
      }
      const { text, exitCode } = await checkWitness(process.env, check);
      process.exitCode = exitCode;
      return text;
    }),
  );

const deploy = program
  .command('deploy')
  .description('Versionen der Worker: welche läuft, und wo neue Absagen beginnen');

deploy
  .command('status')
  .description('zeigt die Versionen, ob Worker davon laufen, und was noch offen ist')
  .action(() => administerDeployment(({ showDeployment }) => showDeployment(process.env)));

deploy
  .command('promote <version>')
  .description('wartet auf die Worker einer Version und lässt neue Absagen auf ihr beginnen')
  .action((buildId: string) => administerDeployment(({ promote }) => promote(process.env, buildId)));

deploy
  .command('wait <version>')
  .description('wartet auf die Worker einer Version und ändert nichts')
  .action((buildId: string) =>
    administerDeployment(({ waitForWorkers }) => waitForWorkers(process.env, buildId)),
  );

deploy
  .command('rollback')
  .description('lässt neue Absagen wieder auf der Version beginnen, die davor aktuell war')
  .action(() => administerDeployment(({ rollBack }) => rollBack(process.env)));

deploy
  .command('prune')
  .description('entfernt Versionen, auf denen nichts mehr läuft')
  .action(() => administerDeployment(({ prune }) => prune(process.env)));

program
  .command('contact')
  .description('Kontaktdaten der Aufträge: wen Ö-Ticket zurückrufen kann')
  .command('erase <fall>')
  .description('löscht die Kontaktdaten einer Absage; mit den Einstellungen des Dienstes')
  .requiredOption('--reason <text>', 'warum; steht im Logbuch der Installation')
  .action((caseId: string, { reason }: { reason: string }) =>
    administer(({ eraseContactNow }) => eraseContactNow(process.env, caseId, reason)),
  );

program
  .command('support <haus> <nummer> <datei>')
  .description(
    'packt für jemand anderen ein, was zeigt, warum eine Absage steht, wo sie steht; ohne Geheimnisse und Kontaktdaten',
  )
  .option('--case <fall>', 'genau diese Absage, auch eine frühere')
  .option('--log <datei>', 'Protokolldatei eines Teils; auch mehrmals', (file, files: string[] = []) => [
    ...files,
    file,
  ])
  .action((house: string, eventNumber: string, file: string, options: { case?: string; log?: string[] }) =>
    say(async () => {
      const { writeSupportBundle } = await import('./support-command.js');
      const named = options.case === undefined ? {} : { caseId: options.case };
      return writeSupportBundle(process.env, { house, eventNumber, ...named, file, logs: options.log ?? [] });
    }),
  );

/** Loaded only when asked for: they bring the journal's database. */
function administer(work: (commands: typeof AdminCommands) => string | Promise<string>): Promise<void> {
  return say(async () => work(await import('./admin-commands.js')));
}

function administerJournal(work: (commands: typeof JournalCommands) => Promise<string>): Promise<void> {
  return say(async () => work(await import('./journal-commands.js')));
}

function administerDeployment(work: (commands: typeof DeployCommands) => Promise<string>): Promise<void> {
  return say(async () => work(await import('./deploy-commands.js')));
}

async function say(work: () => Promise<string>): Promise<void> {
  try {
    process.stdout.write(`${await work()}\n`);
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n`);
    process.exitCode = 2;
  }
}

for (const command of [program, ...program.commands.flatMap((each) => [each, ...each.commands])]) {
  command.configureHelp({
    ...command.configureHelp(),
    styleTitle: inGerman,
    styleUsage: inGerman,
    styleSubcommandTerm: inGerman,
    styleOptionDescription: inGerman,
  });
}

function inGerman(text: string): string {
  return GERMAN.reduce((translated, [pattern, german]) => translated.replace(pattern, german), text);
}

async function asRole(...role: Parameters<typeof runRole>): Promise<void> {
  const door = await import('./role.js');
  await door.runRole(...role);
}

void program.parseAsync();
