import type { Command } from 'commander';
import { addCaseCommand, print, run, type Common } from './command';
import { describeView } from './format';
import type { Action, CancellationView } from './http';
import { EXIT } from './watch';

interface ActionOptions extends Common {
  reason: string;
  titlesVisible?: boolean;
  choice?: string;
  title?: string;
  customerTitle?: string;
  externalMemo?: string;
  status?: string;
  transferredAt?: string;
  validFrom?: string;
  validUntil?: string;
  sentAt?: string;
}

interface ActionCommand {
  text: string;
  options?: (command: Command) => Command;
  /** What the action names beside the reason: it holds for what the caller has just seen. */
  details?: (view: CancellationView, options: ActionOptions) => object;
}

const ACTION_COMMANDS: Record<Action, ActionCommand> = {
  abort: { text: 'Absage abbrechen und Titel zurücksetzen; nur vor dem Storno.' },
  retry: { text: 'Den aktuellen Schritt sofort noch einmal versuchen.' },
  'skip-wait': {
    text: 'Die laufende Wartezeit beenden.',
    options: (command) =>
      command.option('--titles-visible', 'ich habe den Zusatz bei Ö-Ticket gesehen (erste Wartezeit)'),
    details: ({ step, waitSavedAt }, { titlesVisible }) => ({
      step,
      savedAt: waitSavedAt,
      titlesVisibleAtPartner: titlesVisible,
    }),
  },
  'confirm-step': {
    text: 'Der Schritt ist von Hand erledigt: sagen, was jetzt in der Maske steht.',
    options: (command) =>
      command
        .option('--title <titel>', 'Titel')
        .option('--customer-title <titel>', 'Titel (Kundensicht)')
        .option('--external-memo <text>', 'Externer Memotext')
        .option('--status <status>', 'Status')
        .option('--transferred-at <zeitpunkt>', 'wann der Storno übertragen wurde, wo es dasteht')
        .option('--valid-from <datum>', 'Gültig von, z. B. 2026-12-12')
        .option('--valid-until <datum>', 'Gültig bis')
        .option('--sent-at <zeitpunkt>', 'wann die E-Mail gesendet wurde'),
    details: ({ step }, options) => ({ step, readBack: readBackOf(step, options) }),
  },
  'waive-step': {
    text: 'Auf Stornoberechtigung oder E-Mail verzichten und weitergehen.',
    details: ({ step }) => ({ step }),
  },
  decide: {
    text: 'Sagen, was gelten soll, wo Absage es nicht wissen kann.',
    options: (command) => command.requiredOption('--choice <wahl>', 'eine der angebotenen Möglichkeiten'),
    details: ({ attention }, { choice }) => ({ attentionId: attention?.id ?? '', choice }),
  },
  'close-by-hand': { text: 'Von Hand schließen, was weder abgebrochen werden noch weitergehen kann.' },
  resume: { text: 'Eine unterbrochene Absage fortsetzen.' },
};

/** What people can do to a case, one command each. */
export function addActionCommands(program: Command): void {
  for (const [action, { text, options: withOptions, details }] of Object.entries(ACTION_COMMANDS)) {
    const command = addCaseCommand(program, action, text).requiredOption(
      '--reason <text>',
      'Begründung für das Logbuch',
    );
    (withOptions ?? ((same: Command) => same))(command).action(
      run(async (api, [house, number], options: ActionOptions) => {
        const named = details ? details(requirePossible(await api.view(house, number), action), options) : {};
        const view = await api.act(house, number, action as Action, { reason: options.reason, ...named });
        print(options, view, () => describeView(view));
        return EXIT.done;
      }),
    );
  }
}

/** What an action names is looked up in the view: where it is not possible, there is nothing to name. */
function requirePossible(view: CancellationView, action: string): CancellationView {
  if (view.allowedActions.some((allowed) => allowed === action)) return view;
  throw new Error(`${action} ist jetzt nicht möglich.\n${describeView(view)}`);
}

/** What each step has to be confirmed with. */
function readBackOf(step: string, options: ActionOptions): object {
  const { title, customerTitle = null, externalMemo = null, status } = options;
  const { transferredAt, validFrom, validUntil, sentAt } = options;
  switch (step) {
    case 'mark-titles':
      return { title, customerTitle, externalMemo };
    case 'set-storno':
      return { status, title };
    case 'verify-channel':
      return { status, transferredAt };
    case 'grant-right':
      return { validFrom, validUntil };
    default:
      return { sentAt };
  }
}
