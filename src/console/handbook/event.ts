import { USUAL_WAYS, type Sections } from './section';

/** A person or a program has changed the event in Jet, or a person has to do something in it. */
export const EVENT: Sections<
  | 'event-changed'
  | 'event-deleted'
  | 'marker-removed'
  | 'status-not-cancellable'
  | 'status-changed-after-storno'
  | 'saved-again-and-again'
  | 'person-step'
> = {
  'event-changed': {
    title: 'Die Veranstaltung wurde in Jet geändert',
    happened:
      'Ein Text ist weder der ursprüngliche noch unserer, oder beim Zurücksetzen hat jemand Storno gesetzt. Wurden Beginn, Saal, Ort, Veranstalter oder Haus geändert, nennt die Meldung das Feld mit beiden Werten.',
    safe: 'Absage hat nichts darübergeschrieben.',
    look: 'Die Tabelle „bisher, von uns, jetzt in Jet“ auf der Seite der Absage. Fragen Sie, wer geändert hat.',
    ways: {
      'keep-theirs':
        'Der neue Text stimmt. Beim Absagen kommen Zusatz und Hinweis dazu, und es wird noch einmal gewartet; beim Abbrechen bleibt er stehen. Hat jemand beim Abbrechen Storno gesetzt: das beendet den Abbruch. Danach neu absagen, der Storno wird übernommen.',
      'write-original': 'Nur beim Abbrechen: der Text von vor der Absage kommt zurück.',
      retry: 'Wenn es in Jet in Ordnung gebracht ist.',
      abort: 'Wurde der Termin oder das Haus geändert: abbrechen, mit dem Haus klären, neu beauftragen.',
      'close-by-hand': USUAL_WAYS['close-by-hand'],
    },
    call: 'Wer geändert hat. Ist das nicht herauszufinden: das Ticketing-Team.',
  },
  'event-deleted': {
    title: 'Die Veranstaltung gibt es in Jet nicht mehr',
    happened: 'Jet kennt diese VA-Nummer nicht mehr.',
    safe: 'Absage hat angehalten.',
    look: 'In Jet: wurde sie gelöscht, zusammengelegt, hat sie eine andere Nummer? Wird bei Ö-Ticket noch verkauft?',
    ways: {
      retry: 'Wenn sie wieder da ist.',
      'waive-step': 'Nur beim Recht: ohne das Recht weitergehen, die E-Mail an Ö-Ticket folgt dann.',
      abort: 'Vor Storno. Ohne Veranstaltung ist nichts zurückzusetzen, darum fragt Absage noch einmal.',
      'close-by-hand': 'Danach Ö-Ticket anrufen: dort ist keine E-Mail angekommen.',
    },
    call: 'Das Ticketing-Team; und Ö-Ticket, wenn die Absage ohne E-Mail endet.',
  },
  'marker-removed': {
    title: 'Der Zusatz wurde entfernt',
    happened: 'In der Wartezeit hat jemand den Zusatz oder den Hinweis aus Jet genommen.',
    safe: 'Der Status ist unverändert, es wird weiter verkauft.',
    look: 'Die Tabelle „bisher, von uns, jetzt in Jet“. Zwei Texte, die gleich aussehen, unterscheiden sich dort, wo eine Nummer wie `[U+00AD]` steht. Ein anders geschriebener Zusatz (`Entfällt`) gilt nicht: bitte zuerst in Jet richtigstellen.',
    ways: {
      'mark-again':
        'Die Vorstellung entfällt: Zusatz und Hinweis kommen zu dem dazu, was jetzt dasteht, und die Wartezeit beginnt neu.',
      abort: 'Die Vorstellung findet statt.',
      retry: 'Der Zusatz steht inzwischen wieder da.',
      'close-by-hand':
        'Nur nach einem Storno-Versuch, dessen Antwort verloren ging, und wenn auch „noch einmal anbringen“ nicht hilft.',
    },
    call: 'Die Kollegin, die geändert hat, oder die Leitung des Hauses: wird gespielt oder nicht?',
  },
  'status-not-cancellable': {
    title: 'Der Status wurde geändert: kein Storno möglich',
    happened:
      'Der Status ist nicht mehr Verkaufsfreigabe, sondern Bereitstellung, Abschluss oder etwas, das Absage nicht kennt.',
    safe: 'Absage hat den Status nicht verändert.',
    look: 'Den Status in Jet. Bitte nichts selbst reparieren: Verkaufsfreigabe gibt die Karten sofort wieder frei.',
    ways: {
      'shows-expected-status':
        'Nur in einem Haus ohne Gateway: das Ticketing-Team hat es in Ordnung gebracht, und Sie haben es in der Maske gesehen. Die Aufgabe kommt noch einmal.',
      retry:
        'Das Ticketing-Team hat selbst Storno gesetzt: Absage übernimmt ihn und macht mit der zweiten Wartezeit weiter. Oder es hat mit Absicht wieder Verkaufsfreigabe gesetzt.',
      abort: 'Es bleibt so: der Zusatz kommt weg. Ö-Ticket bitte anrufen.',
      'close-by-hand': 'Nach einem Storno-Versuch, oder wenn Sie die Aufgabe mit Storno schon gesehen haben.',
    },
    call: 'Sofort das Ticketing-Team. Endet die Absage ohne E-Mail: auch Ö-Ticket.',
  },
  'status-changed-after-storno': {
    title: 'Nach dem Storno steht ein anderer Status da',
    happened:
      'Die Veranstaltung war Storno und ist es nicht mehr, oder sie wurde gelöscht. Die Meldung nennt, was gelesen wurde und wann.',
    safe: 'Seither wurde kein Recht vergeben und keine E-Mail gesendet. Absage ändert keinen Status. War Ö-Ticket schon verständigt, sagt die Meldung es.',
    look: 'Den Status in Jet. Bitte nichts selbst reparieren.',
    ways: {
      retry:
        'Der Status ist wieder Storno. Absage wartet von da an noch einmal und sieht in Connect Online neu nach. Von selbst geht es auch weiter.',
      abort:
        'Nur wenn die Veranstaltung schon vor der Absage Storno war und Absage nicht weiter ist: es wird nichts geschrieben. Danach neu beauftragen.',
      'close-by-hand':
        'Wenn sie nicht wieder Storno werden kann. Vorher Ö-Ticket anrufen: Ist der Storno angekommen, ging die Servicemail hinaus, wer zahlt zurück?',
    },
    call: 'Sofort das Ticketing-Team. Dann Ö-Ticket.',
  },
  'saved-again-and-again': {
    title: 'Es wird immer wieder gespeichert',
    happened:
      'Jemand, meist ein Programm, speichert die Veranstaltung öfter, als die Wartezeit dauert. Nach jedem Speichern muss Absage von vorn warten.',
    safe: 'Es ist nichts verloren. Die Veranstaltung wird weiter verkauft, mit dem Zusatz.',
    look: 'Wann zuletzt gespeichert wurde, steht in der Meldung. Steht der Zusatz auf der Seite von Ö-Ticket?',
    ways: {
      'skip-wait': 'Wenn Sie den Zusatz bei Ö-Ticket selbst gesehen haben.',
      retry: 'Wenn niemand mehr speichert: Absage sieht sofort nach. Von selbst geht es auch weiter.',
      abort: 'Die Vorstellung findet doch statt.',
    },
    call: 'Das Ticketing-Team: welches Programm speichert?',
  },
  'person-step': {
    title: 'Dieser Schritt wird von Hand gemacht',
    happened:
      'Es ist nichts schiefgegangen: Ihr Haus arbeitet ohne Gateway, und der nächste Schritt ist Ihrer.',
    safe: 'Absage hält die Wartezeiten ein. Die Aufgabe, Storno zu setzen, kommt erst, wenn die erste vorbei ist.',
    look: 'Die Aufgabe auf der Seite: der Weg zur Maske, was einzutragen ist, was danach zu lesen sein muss. Können Sie nicht weitermachen: sie bleibt offen, auch für eine Kollegin.',
    ways: {
      'confirm-step': 'In Jet erledigen, die Maske neu öffnen und eintragen, was jetzt darin steht.',
      'shows-provisioned':
        'Jemand hat Bereitstellung gesetzt: Absage hält an. Sofort das Ticketing-Team anrufen.',
      'shows-closed': 'Jemand hat Abschluss gesetzt: Absage hält an. Sofort das Ticketing-Team anrufen.',
      'shows-other-status':
        'Auch wenn nach dem Storno wieder Verkaufsfreigabe dasteht. Bitte in der Begründung nennen, was dasteht. Nicht, wenn es nur die Übertragung ist, auf die man noch wartet.',
      'waive-step': 'Nur beim Recht: es ist schon vergeben.',
      abort: 'Bis die Aufgabe mit Storno gezeigt wurde. Die Titel setzen dann Sie zurück.',
      'close-by-hand': 'Ab der Aufgabe mit Storno, wenn es so nicht weitergeht.',
    },
    call: 'Niemanden. Steht in Jet ein anderer Status als erwartet: das Ticketing-Team.',
  },
};
