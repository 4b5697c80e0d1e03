import type { SamplePerson } from './people';

const STYLE = `
  :root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif; }
  body { max-width: 34rem; margin: 2rem auto; padding: 0 1rem; }
  label { display: block; margin: .75rem 0; }
  select, input, button { font: inherit; padding: .5rem; width: 100%; box-sizing: border-box; }
  .practice { border: 2px solid; padding: .5rem 1rem; }
`;

/** Where a person logs in. Without JavaScript, like the console. */
export function logInPage(action: string, people: readonly SamplePerson[]): string {
  return page(
    'Übungs-Anmeldung',
    <>
      <p class="practice">
        <strong>Das ist eine Anmeldestelle zum Üben.</strong> Hier gilt jedes Passwort, auch ein leeres.
      </p>
      <form method="post" action={action}>
        <label>
          Wer sind Sie?
          <select name="subject" required>
            {people.map(({ subject, name, purpose }) => (
              <option value={subject}>{`${name} – ${purpose}`}</option>
            ))}
          </select>
        </label>
        <label>
          Passwort
          <input name="password" type="password" autocomplete="off" />
        </label>
        <button type="submit">Anmelden</button>
      </form>
      <form method="post" action={`${action}/abbrechen`}>
        <p>
          <button type="submit">Abbrechen</button>
        </p>
      </form>
    </>,
  );
}

/** Asks whether to log out. `form`: the provider's own, which the button sends. */
export function logOutPage(form: string): string {
  return page(
    'Übungs-Anmeldung',
    <>
      <p>Wollen Sie sich auch von der Übungs-Anmeldung abmelden?</p>
      <div dangerouslySetInnerHTML={{ __html: form }} />
      <p>
        <button type="submit" form="op.logoutForm" name="logout" value="yes">
          Abmelden
        </button>
      </p>
    </>,
  );
}

function page(title: string, body: unknown): string {
  return `<!doctype html>${String(
    <html lang="de-AT">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>{title}</title>
        <link rel="icon" href="data:," />
        <style dangerouslySetInnerHTML={{ __html: STYLE }} />
      </head>
      <body>
        <main>
          <h1>{title}</h1>
          {body as string}
        </main>
      </body>
    </html>,
  )}`;
}
