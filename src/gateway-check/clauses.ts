/**
 * The clauses of the gateway's contract, each a check by name. `part`: what it needs; `read` changes nothing. `expected` is what a sound
 * gateway shows, `risk` what would go wrong with a performance.
 */
export interface Clause {
  part: 'read' | 'write' | 'storno';
  clause: string;
  expected: string;
  risk: string;
}

const read = (clause: string, expected: string, risk: string): Clause => ({
  part: 'read',
  clause,
  expected,
  risk,
});
const write = (clause: string, expected: string, risk: string): Clause => ({
  part: 'write',
  clause,
  expected,
  risk,
});
const storno = (clause: string, expected: string, risk: string): Clause => ({
  part: 'storno',
  clause,
  expected,
  risk,
});

export const CLAUSES = {
  // The street itself
  'in-time': read(
    'Jeder Aufruf bekommt in der Frist eine vollständige Antwort.',
    'eine Antwort innerhalb von ABSAGE_JET_TIMEOUT',
    'Absage weiß nach jedem solchen Aufruf nicht, ob etwas geschrieben wurde, und die Absage steht.',
  ),
  'no-redirect': read(
    'Das Gateway antwortet selbst und leitet nicht weiter.',
    'kein Status 3xx',
    'Absage folgt keiner Weiterleitung, sie könnte einen Schreibvorgang wiederholen: die Absage steht.',
  ),
  'reply-size': read(
    'Eine Antwort hat höchstens 1 MiB.',
    'höchstens 1.048.576 Byte, auch bei 100 Veranstaltungen',
    'Die Antwort wird verworfen: Suche oder Absage stehen.',
  ),
  json: read(
    'Antworten sind JSON in UTF-8.',
    'Content-Type application/json, gültiges UTF-8, gültiges JSON',
    'Umlaute in den Titeln wären zerstört: Absage würde sie so nach Jet zurückschreiben. Darum verwirft sie die Antwort und steht.',
  ),
  'problem-form': read(
    'Jede Ablehnung ist application/problem+json mit title, status und code.',
    'application/problem+json, status wie der HTTP-Status, ein code',
    'Absage kann eine Ablehnung des Gateways nicht von der eines Proxys unterscheiden und fragt einen Menschen.',
  ),
  instants: read(
    'Zeitpunkte haben einen Zeitzonenversatz und Millisekunden.',
    'z. B. 2026-12-12T19:30:00.000+01:00',
    'Abgeschnittene Sekunden verkürzen die Wartezeit bis zum Storno: die Markierung wäre noch nicht bei Ö-Ticket.',
  ),
  'retry-after': read(
    'Wer mit 429 oder 503 bremst, sagt in Retry-After, wie lange.',
    'Retry-After in Sekunden oder als HTTP-Datum',
    'Absage rät, wann Jet wieder antwortet: zu oft gefragt, oder eine Absage am Abend wartet unnötig.',
  ),
  health: read(
    'GET /health sagt, dass das Gateway erreichbar ist.',
    '200 mit ok: true und readAt',
    'Absage weiß nicht, ob ein echtes Jet dahinter steht, und nimmt keine Aufträge an.',
  ),
  clock: read(
    'Die Uhr des Gateways geht richtig.',
    'höchstens 5 s Unterschied zu diesem Rechner',
    'Wartezeiten zählen auf dieser Uhr: der Storno käme zu früh oder erst nach dem Einlass.',
  ),
  'no-simulator': read(
    'Das Gateway gibt sich nicht als Simulator aus.',
    'kein simulator: true in /health',
    'Vor einem echten Jet wären die 15 Minuten Mindestwartezeit und die Anmeldung ausgeschaltet.',
  ),
  'token-required': read(
    'Ohne das richtige Token liest niemand.',
    '401 unauthorized ohne Token und mit einem falschen',
    'Jeder im Netz könnte lesen, und beim Schreiben vielleicht auch absagen.',
  ),

  // Searching
  'find-form': read(
    'Die Suche antwortet mit einer Seite des Vertrags.',
    '200 mit events (höchstens 100) und nextCursor',
    'Im Auftrag findet das Kartenbüro keine Vorstellung.',
  ),
  'find-house': read(
    'Die Suche zeigt nur Veranstaltungen des gefragten Hauses.',
    'house wie gefragt, bei jeder',
    'Ein Haus könnte die Vorstellung eines anderen absagen. Absage verwirft darum die ganze Antwort.',
  ),
  'find-order': read(
    'Die Suche ist nach Beginn geordnet.',
    'startsAt aufsteigend',
    'Die Vorstellung von heute stünde irgendwo in der Liste; am Abend wird die falsche gewählt.',
  ),
  'find-limit': read(
    'limit begrenzt die Seite.',
    'bei limit=1 höchstens eine Veranstaltung',
    'Antworten werden zu groß und verworfen.',
  ),
  'find-pages': read(
    'nextCursor führt durch alle Seiten, jede Veranstaltung kommt genau einmal.',
    'dieselben Veranstaltungen wie auf einer großen Seite',
    'Vorstellungen fehlen in der Suche und in der Absage einer ganzen Serie.',
  ),
  'find-days': read(
    'from und to sind Tage in Wien, beide einschließlich.',
    'genau die Veranstaltungen dieses Tages',
    'Die Vorstellung von heute Abend fehlt, wenn man nach heute sucht.',
  ),
  'find-text': read(
    'text findet ohne Unterschied von groß und klein einen Teil von Titel, Produktion oder Saal; jedes Zeichen meint sich selbst.',
    'die gesuchte Veranstaltung, und nur solche mit dem Text',
    'Das Kartenbüro findet die Vorstellung nicht, oder bekommt andere dazu.',
  ),
  'find-as-read': read(
    'Die Suche zeigt denselben Stand wie die Maske.',
    'dieselben Werte wie GET /events/{nummer}',
    'Geplant würde nach einem alten Stand; erst der Vergleich vor dem Schreiben hält das auf.',
  ),

  // One event
  'event-form': read(
    'Eine Veranstaltung hat alle Felder des Vertrags.',
    'alle Felder, in ihrer Form; version aus 1 bis 128 sichtbaren ASCII-Zeichen ohne "',
    'Absage schließt nichts aus einer Antwort, die sie nicht versteht: die Absage steht.',
  ),
  'same-event': read(
    'Die Antwort handelt von der gefragten Veranstaltung.',
    'eventNumber wie gefragt',
    'Die falsche Vorstellung würde abgesagt. Bei einer Automatisierung der Masken ist das die erste Gefahr.',
  ),
  'unknown-event': read(
    'Eine Nummer, die es nicht gibt, ist 404 event-not-found.',
    '404 event-not-found',
    'Ein Tippfehler sähe aus wie eine Störung, oder eine gelöschte Veranstaltung wie eine bestehende.',
  ),
  'version-stable': read(
    'Solange niemand speichert, bleibt version gleich.',
    'zweimal gelesen: dieselbe version',
    'Jedes Schreiben würde als Konflikt abgelehnt: keine Absage käme voran.',
  ),
  'saved-at-stable': read(
    'Lesen verändert savedAt nicht.',
    'zweimal gelesen: dasselbe savedAt',
    'Die Wartezeit begänne mit jedem Lesen neu und wäre nie vorbei.',
  ),
  'saved-at-past': read(
    'savedAt liegt nicht nach readAt.',
    'savedAt vor readAt, auf derselben Uhr',
    'Absage hält an: nach einer Speicherung in der Zukunft lässt sich keine Wartezeit zählen.',
  ),
  'read-at': read(
    'readAt ist der Augenblick dieses Lesens, auf der Uhr des Gateways.',
    'bei jedem Lesen neu, und passend zur Uhr in /health',
    'Ein Stand aus einem Zwischenspeicher sähe frisch aus: gewartet und geprüft würde an einem alten.',
  ),
  'limits-fit': read(
    'Kein Text ist länger als sein Limit in limits.',
    'Länge in UTF-16-Einheiten höchstens wie limits',
    'Der Titel würde falsch gekürzt, oder die Markierung abgelehnt.',
  ),
  'status-word': read(
    'status ist das Wort der Maske, Buchstabe für Buchstabe.',
    'Verkaufsfreigabe, Bereitstellung, Abschluss, Storno oder ein anderes Wort der Maske',
    'Absage erkennt den Status nicht: sie lehnt ab, was absagbar wäre, oder erkennt den Storno nicht.',
  ),

  // Connect Online and rights
  'channel-form': read(
    'Connect Online antwortet mit der Zeile des Vertrags.',
    '200 mit eventNumber wie gefragt, status, title, transferredAt, readAt',
    'Absage kann nicht sehen, ob der Storno bei Ö-Ticket ist, und fragt einen Menschen.',
  ),
  'channel-missing': read(
    'Was Connect Online nicht zeigt, ist 404 not-in-connect-online.',
    '404 not-in-connect-online (bei einer unbekannten Nummer auch event-not-found)',
    '„Dort gibt es sie nicht“ sähe aus wie eine Störung; Absage wartet auf etwas, das nie kommt.',
  ),
  'right-form': read(
    'Eine Stornoberechtigung hat die Form des Vertrags und gehört zur Frage.',
    'user und eventNumber wie gefragt, validFrom und validUntil als Tag oder null',
    'Absage kann nicht sehen, ob Ö-Ticket erstatten darf.',
  ),
  'right-missing': read(
    'Hat der Benutzer keine Berechtigung, ist das 404 right-not-found.',
    '200, oder 404 right-not-found für den Benutzer des Hauses',
    'Absage kann die Berechtigung nicht erteilen; Erstattungen von Ö-Ticket prallen ab.',
  ),
  'unknown-user': read(
    'Einen unbekannten Benutzer nennt das Gateway so.',
    '404 user-not-found',
    'Ein Tippfehler in der Häuserdatei fiele erst auf, wenn die Erstattungen scheitern.',
  ),
  'path-encoding': read(
    'Was im Pfad maskiert ist, gehört zum Namen.',
    '404 user-not-found für den Benutzer „NIEMAND/..?Ä“; der Benutzer des Hauses auch dann, wenn jedes Zeichen maskiert ist',
    'Ein Benutzer mit Leerzeichen, Umlaut oder Schrägstrich wäre nicht zu erreichen, oder ein anderer gemeint.',
  ),

  // Writing
  'write-token': write(
    'Ohne das richtige Token schreibt niemand.',
    '401 unauthorized',
    'Jeder im Netz könnte in Jet schreiben.',
  ),
  'if-match-required': write(
    'Ohne die gelesene Version wird nicht geschrieben.',
    '428 version-required ohne If-Match; 428 oder 412 bei *',
    'Ein Proxy, der If-Match verliert, machte aus jedem Schreiben ein Überschreiben.',
  ),
  'if-match-arrives': write(
    'Mit der aktuellen Version wird geschrieben.',
    '200',
    'Keine Absage käme voran. Oft nimmt ein Proxy davor If-Match weg, schwächt es (W/) oder beantwortet es selbst.',
  ),
  'version-conflict': write(
    'Mit jeder anderen als der aktuellen Version wird nicht geschrieben.',
    '412 version-conflict, bei einer erfundenen und bei einer früheren Version',
    'Was jemand am Schalter inzwischen gespeichert hat, würde überschrieben.',
  ),
  'version-changes': write(
    'version ändert sich mit jedem Speichern.',
    'nach dem Speichern eine andere version',
    'Eine Änderung am Schalter bliebe unbemerkt und würde überschrieben.',
  ),
  'version-never-returns': write(
    'Eine version kommt nie wieder, auch wenn dieselben Texte wiederkommen.',
    'nach A, B, A drei verschiedene Versionen',
    'Hin und zurück geändert sähe aus wie nie geändert: die Markierung wäre weg, und niemand merkte es.',
  ),
  'refused-unwritten': write(
    'Was abgelehnt wird, ist nicht geschrieben.',
    'nach jeder Ablehnung derselbe Stand',
    'Absage entscheidet neu und schreibt noch einmal, was schon dort steht.',
  ),
  'unknown-event-write': write(
    'Schreiben auf eine Nummer, die es nicht gibt, ist 404 event-not-found und ändert nichts.',
    '404 event-not-found',
    'Eine Automatisierung, die die Maske nicht findet, schriebe in die Veranstaltung, die zuletzt offen war.',
  ),
  'three-texts': write(
    'Beide Titel und der Externe Memotext werden in einem Speichern geschrieben.',
    'alle drei stehen danach dort',
    'Die Markierung ginge ohne Begründung an Ö-Ticket, oder nur ein Titel wäre markiert.',
  ),
  'texts-literal': write(
    'Texte stehen danach Zeichen für Zeichen dort.',
    'Umlaute, Gedankenstrich, Anführungszeichen, < > & { } und Emoji unverändert',
    'Absage erkennt ihre eigene Markierung nicht wieder; bei Ö-Ticket steht „ENTF?LLT“.',
  ),
  'line-breaks': write(
    'Zeilenumbrüche im Memotext bleiben.',
    'LF, als LF oder CRLF wieder gelesen',
    'Der Hinweis an Ö-Ticket verliert seine Zeilen, und der Vergleich nach dem Schreiben schlägt fehl.',
  ),
  blanks: write(
    'Leerzeichen bleiben, wie sie sind.',
    'am Anfang, am Ende, doppelt und geschützt (U+00A0) unverändert',
    'Beim Zurücksetzen entstünde ein anderer Titel als vorher.',
  ),
  'unicode-form': write(
    'Texte werden nicht normalisiert.',
    'Ö als ein Zeichen bleibt eines, Ö aus zwei Zeichen bleibt zwei',
    'Längen stimmen nicht mehr mit limits überein, und ein zurückgesetzter Titel ist ein anderer.',
  ),
  'null-empties': write(
    'null leert ein Feld.',
    'danach null (oder leer)',
    'Nach einem Abbruch bliebe „ENTFÄLLT“ im Titel der Kundensicht stehen.',
  ),
  'others-untouched': write(
    'Das Speichern der Texte ändert sonst nichts.',
    'Status, Beginn, Ort, Veranstalter, Produktion und Verkaufsart wie vorher',
    'Eine Absage würde die Vorstellung verschieben oder aus dem Verkauf nehmen.',
  ),
  'answer-as-saved': write(
    'Die Antwort auf ein Schreiben zeigt, was danach dort steht.',
    'dieselbe version, dasselbe savedAt und dieselben Texte wie beim nächsten Lesen',
    'Absage zählt die Wartezeit von einer falschen Speicherung an.',
  ),
  'read-after-write': write(
    'Was geschrieben ist, zeigt das nächste Lesen.',
    'sofort die neue version',
    'Absage hält den alten Stand für eine Änderung von jemand anderem und fragt einen Menschen.',
  ),
  'saved-at-now': write(
    'savedAt ist der Augenblick dieses Speicherns, auf der Uhr des Gateways.',
    'nicht vor dem Lesen davor',
    'Die Wartezeit würde zu früh zu Ende gehen: Storno, bevor die Markierung bei Ö-Ticket ist.',
  ),
  'repeat-saves-once': write(
    'Dasselbe noch einmal gesendet speichert nicht noch einmal.',
    '412 version-conflict, oder 200 aus dem Gedächtnis; version wie davor',
    'Nach einer verlorenen Antwort schriebe die Wiederholung über alles, was inzwischen geschah.',
  ),
  'one-of-two': write(
    'Speichern zwei zugleich mit derselben Version, so speichert genau einer.',
    'ein 200 und ein 412 version-conflict; dort steht, was mit 200 beantwortet ist',
    'Was jemand im selben Augenblick am Schalter speichert, ist überschrieben, oder unsere Markierung ist es, und beide halten sie für gespeichert.',
  ),
  'limit-fits': write(
    'Ein Text, der limits genau ausfüllt, wird ganz gespeichert.',
    '200, und alle Zeichen stehen dort',
    'Der Markierung am Ende fehlen Buchstaben.',
  ),
  'limit-refused': write(
    'Ein Zeichen mehr wird abgelehnt, mit dem Namen des Feldes, und nie gekürzt.',
    '422 value-rejected mit field',
    'Jet schneidet ab, am Ende steht „– ENTF“: niemand liest, dass die Vorstellung entfällt.',
  ),
  'limit-utf16': write(
    'limits zählt UTF-16-Einheiten.',
    'Umlaute zählen eins, ein Emoji zwei',
    'Titel mit Umlauten oder Emoji würden abgelehnt oder abgeschnitten.',
  ),
  'title-needed': write(
    'Ein leerer Titel wird abgelehnt.',
    '422 value-rejected mit field: title',
    'Eine Vorstellung ohne Titel stünde im Verkauf.',
  ),
  'strict-body': write(
    'Ein Feld, das der Vertrag nicht kennt, wird abgelehnt.',
    '422 value-rejected',
    'Auf diesem Weg könnte je ein anderer Status als Storno geschrieben werden.',
  ),
  'all-fields': write(
    'Fehlt eines der drei Felder, wird nichts geschrieben.',
    '422 value-rejected',
    'Ein Feld, das nur vergessen wurde, würde in Jet geleert.',
  ),
  'right-granted': write(
    'Eine Berechtigung wird erteilt, und das nächste Lesen zeigt sie.',
    '200, und beim Lesen dasselbe',
    'Erstattungen von Ö-Ticket prallen ab.',
  ),
  'right-widens': write(
    'Eine längere Frist erweitert die Berechtigung.',
    'das spätere validUntil gilt',
    'Die Berechtigung endet vor den Erstattungen.',
  ),
  'right-never-narrows': write(
    'Eine kürzere Frist verkürzt sie nie.',
    'validFrom und validUntil wie davor',
    'Was jemand von Hand länger erlaubt hat, wäre verloren.',
  ),
  'grant-unknown-user': write(
    'Einem unbekannten Benutzer wird nichts erteilt.',
    '404 user-not-found',
    'Die Berechtigung ginge ins Leere, und Absage hielte sie für erteilt.',
  ),
  'right-dates': write(
    'Unmögliche Tage werden abgelehnt.',
    '422 value-rejected bei einem Tag, den es nicht gibt, und bei einem Ende vor dem Anfang',
    'Die Berechtigung gälte an anderen Tagen als verlangt.',
  ),
  'put-back': write(
    'Die Texte von vorher lassen sich wieder schreiben.',
    'beide Titel und der Memotext wie vor der Prüfung',
    'Ein Abbruch vor dem Storno könnte die Vorstellung nicht wieder so zeigen, wie sie war.',
  ),

  // Storno
  'storno-if-match': storno(
    'Auch der Storno braucht die aktuelle Version.',
    '428 version-required ohne If-Match, 412 version-conflict bei einer anderen',
    'Storniert würde, was jemand inzwischen geändert hat, und ein Storno ist nicht zurückzunehmen.',
  ),
  'storno-sets': storno(
    'Der Storno wird gesetzt, und sonst ändert sich nichts.',
    '200, Status Storno, neue version, Texte wie davor',
    'Absage wartet auf einen Storno, den es nicht gibt, oder der Hinweis an Ö-Ticket ist weg.',
  ),
  'storno-twice': storno(
    'Ein zweiter Storno ändert nichts.',
    '200, dieselbe version',
    'Nach einer verlorenen Antwort sähe die Wiederholung aus wie eine fremde Änderung.',
  ),
  'storno-not-cancellable': storno(
    'Nur aus der Verkaufsfreigabe wird storniert.',
    '409 status-not-cancellable mit current',
    'Aus Bereitstellung oder Abschluss kann Jet nicht absagen: das Gateway darf nicht so tun.',
  ),
} as const satisfies Record<string, Clause>;

export type ClauseId = keyof typeof CLAUSES;

export const CLAUSE_IDS = Object.keys(CLAUSES) as ClauseId[];

export function clausesOf(part: Clause['part']): ClauseId[] {
  return CLAUSE_IDS.filter((id) => CLAUSES[id].part === part);
}
