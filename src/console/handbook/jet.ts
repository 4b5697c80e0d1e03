import { USUAL_WAYS, type Sections } from './section';

/** Jet, or its gateway, does not do what was asked. */
export const JET: Sections<
  | 'jet-unavailable'
  | 'jet-reply-invalid'
  | 'jet-version-conflict'
  | 'jet-stale-read'
  | 'jet-access-denied'
  | 'jet-rejected-value'
  | 'jet-rejected-request'
  | 'interval-too-short'
> = {
  'jet-unavailable': {
    title: 'Jet antwortet nicht',
    happened: 'Seit einer halben Stunde kommt von Jet keine Antwort, oder nur eine Störungsmeldung.',
    safe: 'Es ist nichts verloren. Ging die Antwort auf ein Speichern verloren, sieht Absage zuerst nach, ob es gewirkt hat, und speichert nichts zweimal.',
    look: 'Geht Jet am Schalter? Was sagt `absage doctor` zum Gateway?',
    ways: USUAL_WAYS,
    call: 'Geht Jet auch am Schalter nicht: das Ticketing-Team. Geht es dort: den Betrieb des Gateways.',
  },
  'jet-reply-invalid': {
    title: 'Jet antwortet mit etwas Unbrauchbarem',
    happened:
      'Die Antwort war etwas, das Absage nicht verwenden kann: eine Anmeldeseite, ein abgeschnittener Text, eine andere Veranstaltung, eine Uhrzeit in der Zukunft.',
    safe: 'Daraus wurde nichts geschlossen und nichts geschrieben.',
    look: 'Welcher Aufruf und welches Feld es war, steht in Temporal unter Pending Activities.',
    ways: USUAL_WAYS,
    call: 'Den Betrieb des Gateways, wenn es nicht nach einigen Minuten von selbst weitergeht.',
  },
  'jet-version-conflict': {
    title: 'Die Veranstaltung wird gerade von jemand anderem gespeichert',
    happened:
      'Jedes Mal, wenn Absage speichern wollte, hatte eine Kollegin oder ein Programm gerade gespeichert.',
    safe: 'Es wurde kein Text überschrieben. Absage liest neu und entscheidet neu.',
    look: 'Wer hat die Veranstaltung in Jet offen? Bitte sie eine Minute in Ruhe lassen.',
    ways: { ...USUAL_WAYS, retry: 'Wenn niemand mehr speichert. Von selbst geht es auch weiter.' },
    call: 'Wer die Veranstaltung offen hat. Ist es ein Programm: das Ticketing-Team.',
  },
  'jet-stale-read': {
    title: 'Jet zeigt noch den Stand vor dem Speichern',
    happened:
      'Jet hat das Speichern angenommen, zeigt die Veranstaltung oder das Recht aber noch wie vorher.',
    safe: 'Es wird nichts darübergeschrieben. Storno wird nicht gesetzt, solange der Titel nicht zu sehen ist.',
    look: 'Steht das Gespeicherte in der Maske von Jet? Dann zeigt das Gateway ein altes Bild.',
    ways: {
      ...USUAL_WAYS,
      'confirm-step': 'Wenn die Maske das Richtige zeigt: bestätigen, was darin steht.',
    },
    call: 'Den Betrieb des Gateways, wenn die Maske das Neue zeigt und Absage es nach Minuten nicht sieht.',
  },
  'jet-access-denied': {
    title: 'Jet nimmt die Anmeldung von Absage nicht an',
    happened:
      'Jet hat Absage einmal abgewiesen. Es wurde nicht noch einmal versucht, damit der Zugang nicht gesperrt wird.',
    safe: 'Mit dieser Anfrage wurde nichts geschrieben.',
    look: '`absage doctor`, Zeilen „Gateway“ und „Zugang zu Jet“: ist das Kennwort abgelaufen, fehlt eine Berechtigung? Andere offene Absagen brauchen das auch.',
    ways: {
      ...USUAL_WAYS,
      retry: 'Wenn `ABSAGE_JET_TOKEN` erneuert ist und die Worker neu gestartet sind.',
    },
    call: 'Den technischen Betrieb. Drängt die Zeit: den Schritt inzwischen selbst in Jet machen.',
  },
  'jet-rejected-value': {
    title: 'Jet hat einen Wert anders übernommen',
    happened:
      'Jet hat einen Text oder ein Datum abgelehnt oder anders gespeichert: abgeschnitten, mit anderen Zeichen.',
    safe: 'Seither wurde nichts mehr geschrieben. Ob Storno schon gesetzt ist, zeigen die Schritte auf der Seite.',
    look: 'Titel, Titel (Kundensicht), Externer Memotext und das Recht in Jet, daneben „bisher“ und „dann“ auf der Seite der Absage.',
    ways: {
      ...USUAL_WAYS,
      retry: 'Wenn die Texte in Jet stimmen: der Zusatz ganz, der Hinweis wie beauftragt.',
      abort: 'Nur vor Storno. Nimmt auch weg, was Jet aus unserem Text gemacht hat.',
    },
    call: 'Das Ticketing-Team, wenn das Feld den Text nicht aufnimmt.',
  },
  'jet-rejected-request': {
    title: 'Jet hat eine Anfrage abgelehnt',
    happened: 'Gateway und Absage passen nicht zusammen. Wurde heute eines von beiden erneuert?',
    safe: 'Mit dieser Anfrage wurde nichts geschrieben.',
    look: 'Die Meldung des Schritts in Temporal, Event History.',
    ways: { ...USUAL_WAYS, retry: 'Wenn Gateway oder Absage in Ordnung gebracht ist.' },
    call: 'Den Betrieb des Gateways und den technischen Betrieb von Absage.',
  },
  'interval-too-short': {
    title: 'Kurze Wartezeit, aber ein echtes Jet',
    happened:
      'Die Absage wurde in einem Probebetrieb mit kurzer Wartezeit begonnen, dahinter steht aber kein Simulator.',
    safe: 'Der Status ist unverändert, und diese Absage wird ihn nicht setzen.',
    look: 'Die Einstellungen: `ABSAGE_JET_URL` des Probebetriebs führt zu einem echten Jet.',
    ways: {
      abort: 'Abbrechen, die Einstellungen berichtigen lassen, neu beauftragen.',
      'close-by-hand': 'Nur nach einem Storno-Versuch.',
    },
    call: 'Den technischen Betrieb.',
  },
};
