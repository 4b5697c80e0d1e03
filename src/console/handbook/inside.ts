import { USUAL_WAYS, type Sections } from './section';

/** Absage itself, its journal and what it runs on. */
export const INSIDE: Sections<
  | 'journal-unavailable'
  | 'journal-behind'
  | 'house-not-configured'
  | 'check-waits'
  | 'writes-off'
  | 'step-timed-out'
  | 'result-not-ours'
  | 'internal'
> = {
  'journal-unavailable': {
    title: 'Das Logbuch kann nicht geschrieben werden',
    happened: 'Die Platte ist voll, eine Berechtigung fehlt, oder ein anderes Programm hält die Datei fest.',
    safe: 'Ohne Logbuch wird nirgends etwas verändert. Was gerade geschrieben war, wird nur später eingetragen.',
    look: '`absage doctor`, Zeile „Logbuch“; `df`. Bitte nichts löschen.',
    ways: {
      retry: 'Wenn wieder Platz ist. Von selbst geht es auch weiter.',
      abort: 'Darüber entscheidet das Logbuch: es muss zuerst wieder da sein.',
    },
    call: 'Den technischen Betrieb.',
  },
  'journal-behind': {
    title: 'Im Logbuch fehlen Zeilen',
    happened:
      'Zeilen, die schon geschrieben waren, sind weg: vermutlich wurde eine ältere Sicherung eingespielt.',
    safe: 'Absage schreibt nichts mehr, bis sie wieder da sind. Auch kein Abbruch: er wüsste nicht, was geschrieben wurde.',
    look: 'Wer hat was eingespielt, und wo liegt die neueste Datei?',
    ways: {
      retry:
        'Wenn die neueste Datei wieder eingespielt ist: bei jeder Absage, die fragt. Sagt die Meldung, dass ein Schritt in Temporal als erledigt gilt und nicht im Logbuch steht, hat ihn jemand in Temporal beantwortet: dann hilft nur, den Lauf dort zu beenden (Terminate) und die Absage fortzusetzen.',
    },
    call: 'Den technischen Betrieb, sofort. Er muss wissen, ob eine Sicherung eingespielt wurde oder ob noch jemand Zugang zu Temporal hat.',
  },
  'check-waits': {
    title: 'Die Prüfung wartet auf andere Prüfungen des Hauses',
    happened:
      'Von diesem Haus sind mehr Absagen in der Prüfung, als zugleich geprüft werden (üblich: 20), und diese war eine halbe Stunde lang nicht an der Reihe. Meist kommen die vor ihr selbst nicht weiter. Andere Häuser warten nicht darauf.',
    safe: 'Es hat noch nichts begonnen, und nichts wurde geschrieben.',
    look: 'Die anderen Absagen des Hauses in „Prüfen“: worauf warten sie? Hat ein Programm viel zu viele beauftragt?',
    ways: {
      retry:
        'Fragt noch einmal, überholt aber niemanden. Von selbst geht es weiter, sobald die anderen geprüft sind.',
      abort: 'Beendet diese Absage sofort. Wer abbricht, was niemand will, macht den anderen Platz.',
    },
    call: 'Den technischen Betrieb, wenn die anderen Prüfungen auch nach einigen Minuten nicht weitergehen.',
  },
  'writes-off': {
    title: 'Das Schreiben ist abgeschaltet',
    happened:
      'Jemand aus der Betreuung hat das Schreiben abgeschaltet, weil etwas nicht stimmt: Absage schreibt nichts in Jet und nichts an Ö-Ticket, in allen Häusern. Wer, seit wann und warum, steht oben auf jeder Seite.',
    safe: 'Jede Absage geht bis dorthin, wo sie etwas zu schreiben hat, und wartet dort. Was geschrieben war, bleibt; danach zählt, was Jet dann zeigt. Auch ein Abbruch setzt die Titel erst danach zurück. Mails an Ihr Haus kommen weiter.',
    look: 'Was oben auf der Seite steht. Beginnt die Vorstellung bald, und sie wird noch verkauft?',
    ways: {
      retry: 'Hilft erst, wenn wieder eingeschaltet ist; von selbst geht es dann auch weiter.',
      abort:
        'Gilt sofort: Storno wird nicht mehr gesetzt. Titel und Hinweis werden zurückgesetzt, sobald wieder eingeschaltet ist.',
    },
    call: 'Die Betreuung: sie schaltet wieder ein (Seite „Schreiben“, oder `absage writes on --reason …`).',
  },
  'house-not-configured': {
    title: 'Das Haus fehlt in den Einstellungen',
    happened: 'In der Datei der Häuser gibt es dieses Haus nicht, oder nicht mehr.',
    safe: 'In diesem Schritt wurde nichts geschrieben.',
    look: '`ABSAGE_HOUSES` jedes Workers: haben alle dieselbe Datei?',
    ways: {
      retry: 'Wenn das Haus wieder darin steht und die Worker neu gestartet sind.',
      'waive-step': USUAL_WAYS['waive-step'],
      abort: 'Nur vor Storno.',
      'close-by-hand': USUAL_WAYS['close-by-hand'],
    },
    call: 'Den technischen Betrieb.',
  },
  'step-timed-out': {
    title: 'Ein Schritt wurde nicht rechtzeitig fertig',
    happened: 'Die Ursache ist nicht bekannt. Oft läuft kein Worker, oder er endet immer wieder.',
    safe: 'Absage sieht nach, was geschehen ist, bevor es etwas noch einmal tut.',
    look: '`absage doctor`, Zeile „Worker“; der Speicher der Maschine; `worker.log`.',
    ways: { ...USUAL_WAYS, retry: 'Wenn die Worker wieder laufen. Von selbst geht es auch weiter.' },
    call: 'Den technischen Betrieb.',
  },
  'result-not-ours': {
    title: 'Jemand anderer hat den Schritt beantwortet',
    happened: 'In Temporal wurde dieser Schritt mit einem Ergebnis beendet, das nicht von Absage ist.',
    safe: 'Es wurde nicht verwendet. Der Schritt selbst kann begonnen haben: Absage sieht nach, bevor es weitermacht.',
    look: 'In Temporal, Event History: wer steht als `identity` bei dem Ergebnis? Wer hat noch Zugang zum Namespace?',
    ways: { ...USUAL_WAYS, retry: 'Wenn geklärt ist, wer das war.' },
    call: 'Den technischen Betrieb, sofort: es kann ein Angriff sein.',
  },
  internal: {
    title: 'Ein unerwarteter Fehler in Absage',
    happened: 'Absage hat einen Fehler.',
    safe: 'Der Schritt gilt nicht als erledigt. Absage versucht ihn weiter.',
    look: 'Event History in Temporal und `worker.log`: bitte beide aufheben.',
    ways: { ...USUAL_WAYS, retry: 'Nach einer Erneuerung von Absage.' },
    call: 'Den technischen Betrieb.',
  },
};
