import type { House } from '../../domain/types';
import { failureRow, type FailureCode } from '../../domain/failures';
import { Phone } from '../components';
import { CHAPTERS, HANDBOOK, OTHER_STATES, RULES, wayLabel } from './handbook';

/** What the page shows of a house: whom one can call. */
export type CallableHouse = Pick<House, 'key' | 'name' | 'boxOffice' | 'contacts'>;

/** The handbook for the duty telephone: one section for each question that Absage can ask, and whom to call. */
export function HandbookPage({ houses }: { houses: readonly CallableHouse[] }) {
  return (
    <div class="handbook">
      <h1>Handbuch für das Diensttelefon</h1>
      <p class="quiet">
        Jede Meldung von Absage mit einem eigenen Abschnitt: was geschehen ist, was sicher ist, was Sie tun
        können, wen Sie anrufen. Zum Ausdrucken: Drucken im Browser.
      </p>
      <section class="sheet" aria-labelledby="regeln">
        <h2 id="regeln">Zuerst</h2>
        <ol>
          {RULES.map((rule) => (
            <li>{rule}</li>
          ))}
        </ol>
      </section>
      <Telephones houses={houses} />
      <nav class="sheet" aria-labelledby="inhalt-titel">
        <h2 id="inhalt-titel">Alle Meldungen</h2>
        {CHAPTERS.map(({ title, codes }) => (
          <>
            <h3>{title}</h3>
            <ul>
              {codes.map((code) => (
                <li>
                  <a href={`#${code}`}>{HANDBOOK[code].title}</a>
                </li>
              ))}
            </ul>
          </>
        ))}
        <h3>Sonst</h3>
        <ul>
          {OTHER_STATES.map(({ id, title }) => (
            <li>
              <a href={`#${id}`}>{title}</a>
            </li>
          ))}
        </ul>
      </nav>
      {CHAPTERS.map(({ title, codes }) => (
        <>
          <h2>{title}</h2>
          {codes.map((code) => (
            <Entry code={code} />
          ))}
        </>
      ))}
      <h2>Sonst</h2>
      {OTHER_STATES.map(({ id, title, text }) => (
        <section class="sheet" id={id} tabindex={-1}>
          <h3>{title}</h3>
          <p>{text}</p>
        </section>
      ))}
    </div>
  );
}

function Entry({ code }: { code: FailureCode }) {
  const { title, happened, safe, look, ways, call } = HANDBOOK[code];
  return (
    <section class="sheet" id={code} tabindex={-1}>
      <h3>{title}</h3>
      {sentencesOf(code).map((sentence) => (
        <blockquote>{sentence}</blockquote>
      ))}
      <dl class="data">
        <dt>Was ist geschehen</dt>
        <dd>
          <Plain text={happened} />
        </dd>
        <dt>Was ist sicher</dt>
        <dd>
          <Plain text={safe} />
        </dd>
        <dt>Zuerst nachsehen</dt>
        <dd>
          <Plain text={look} />
        </dd>
        <dt>Was Sie tun können</dt>
        <dd>
          <ul>
            {Object.entries<string>(ways).map(([way, text]) => (
              <li>
                <strong>{wayLabel(way)}</strong> <Plain text={text} />
              </li>
            ))}
          </ul>
        </dd>
        <dt>Wen anrufen</dt>
        <dd>{call}</dd>
      </dl>
      <p class="quiet">{`Kennung: ${code}`}</p>
    </section>
  );
}

/** Everything that people can read as this question, so that they find it again. */
function sentencesOf(code: FailureCode): string[] {
  const { text, texts = {} } = failureRow(code);
  return [text, ...Object.values(texts)];
}

/** A text in which backticks mark commands and settings. */
function Plain({ text }: { text: string }) {
  return (
    <>{text.split('`').map((part, index) => (index % 2 === 1 ? <code>{part}</code> : <span>{part}</span>))}</>
  );
}

function Telephones({ houses }: { houses: readonly CallableHouse[] }) {
  return (
    <section class="sheet" aria-labelledby="telefone">
      <h2 id="telefone">Wen anrufen</h2>
      {houses.map(({ key, name, boxOffice, contacts }) => (
        <>
          <h3>{`${key} · ${name}`}</h3>
          <ul>
            {[contacts.ticketingTeam, contacts.partner, boxOffice].map(
              (contact) =>
                contact && (
                  <li>
                    {contact.name}: <Phone phone={contact.phone} />
                  </li>
                ),
            )}
          </ul>
        </>
      ))}
      <p class="quiet">
        Fehlt hier das Ticketing-Team oder Ö-Ticket, kann es der technische Betrieb in der Datei der Häuser
        eintragen.
      </p>
    </section>
  );
}
