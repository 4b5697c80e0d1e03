#!/usr/bin/env node
import { Command } from 'commander';
import { version } from '../package.json';
import { addClientCommands } from './cli/commands';
import type { runRole } from './role';

const program = new Command('absage')
  .description('Sagt eine Vorstellung aus JetTicket ab, die auch über Ö-Ticket verkauft wird.')
  .version(version, '-V, --version', 'zeigt die Version')
  .helpOption('-h, --help', 'zeigt diese Hilfe')
  .helpCommand('help [befehl]', 'zeigt die Hilfe zu einem Befehl')
  .configureHelp({
    styleTitle: (title) =>
      title
        .replace('Usage:', 'Aufruf:')
        .replace('Arguments:', 'Angaben:')
        .replace('Options:', 'Optionen:')
        .replace('Commands:', 'Befehle:'),
  })
  .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2));

// Each role is loaded only when it is asked for: the help must not wait for Temporal's libraries.
program
  .command('up')
  .description('startet alles: Temporal, Simulator, E-Mail-Fänger, Worker und API')
  .action(async () => (await import('./up/up.js')).runUp(process.env));

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

addClientCommands(program);

async function asRole(...role: Parameters<typeof runRole>): Promise<void> {
  const door = await import('./role.js');
  await door.runRole(...role);
}

void program.parseAsync();
