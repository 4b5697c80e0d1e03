import { USUAL_WAYS, type Sections } from './section';

/** Connect Online, the right, and the mail to Ö-Ticket. */
export const PARTNER: Sections<
  | 'channel-not-showing-storno'
  | 'channel-unavailable'
  | 'right-not-granted'
  | 'mail-server-unavailable'
  | 'mail-refused'
  | 'mail-in-doubt'
> = {
  'channel-not-showing-storno': {
    title: 'Ö-Ticket zeigt den Storno noch nicht',
    happened:
      'In Jet ist Storno gesetzt und die Wartezeit vorbei, aber Connect Online zeigt ihn seit einer halben Stunde nicht.',
    safe: 'Der Storno steht. Es ist noch keine E-Mail gesendet. Absage sieht weiter nach.',
    look: 'Die Maske Connect Online Veranstaltungsinformationen: welcher Status, seit wann? Ist die Verbindung zu Ö-Ticket auch bei anderen Veranstaltungen gestört? Verkauft Ö-Ticket noch?',
    ways: {
      retry: 'Sofort noch einmal nachsehen. Von selbst sieht Absage auch weiter nach.',
      'confirm-step': 'Sie sehen den Storno dort selbst.',
      adopt:
        'Nur wenn eine Kollegin den Storno gesetzt hat und Connect Online keine Zeit der Übertragung zeigt: Sie haben selbst gesehen, dass Ö-Ticket nicht mehr verkauft.',
      'close-by-hand':
        'Er kommt dort nie an: mit Ö-Ticket klären, das Recht und die E-Mail von Hand erledigen.',
    },
    call: 'Ö-Ticket, wenn dort noch verkauft wird. Sind mehrere Veranstaltungen betroffen: das Ticketing-Team.',
  },
  'channel-unavailable': {
    title: 'Connect Online ist nicht erreichbar',
    happened: 'Absage kann über das Gateway nicht in Connect Online nachsehen.',
    safe: 'Storno ist gesetzt.',
    look: 'Die Maske Connect Online Veranstaltungsinformationen in Jet selbst.',
    ways: {
      retry: 'Wenn sie wieder geht. Von selbst geht es auch weiter.',
      'confirm-step': 'Die Maske geht am Schalter und zeigt Storno.',
      'close-by-hand': 'Mit Ö-Ticket klären, den Rest von Hand erledigen.',
    },
    call: 'Den Betrieb des Gateways; geht auch die Maske nicht: das Ticketing-Team.',
  },
  'right-not-granted': {
    title: 'Die Stornoberechtigung konnte nicht vergeben werden',
    happened: 'Jet kennt den Connect Online Kassierer dieses Hauses nicht.',
    safe: 'Storno ist gesetzt und angekommen. Die E-Mail wartet, denn ohne das Recht scheitern die Rückerstattungen.',
    look: 'In Jet: Systemverwaltung, Berechtigungen, Erweiterte Stornoberechtigungen. In der Datei der Häuser: `connectOnlineUser`.',
    ways: {
      retry: 'Wenn es den Benutzer gibt, oder die Datei berichtigt ist und die Worker neu gestartet sind.',
      'confirm-step': 'Das Recht in der Maske vergeben und bestätigen, von wann bis wann es gilt.',
      'waive-step': 'Die E-Mail geht ohne das Recht hinaus. Es muss da sein, bevor Ö-Ticket zurückzahlt.',
      'close-by-hand': 'Recht und E-Mail sind dann Ihre Aufgabe.',
    },
    call: 'Das Ticketing-Team.',
  },
  'mail-server-unavailable': {
    title: 'Der Mailserver nimmt die E-Mail an Ö-Ticket nicht an',
    happened: 'Der Mailserver ist nicht erreichbar, oder er vertröstet.',
    safe: 'Die E-Mail wurde sicher nicht angenommen. Absage versucht es mindestens einmal in der Stunde weiter.',
    look: '`absage doctor`, Zeile „Mailserver“. Gehen andere E-Mails des Hauses?',
    ways: {
      retry: 'Wenn der Mailserver wieder geht. Von selbst geht es auch weiter.',
      'confirm-step':
        'Wenn die Zeit drängt: den Text von der Seite der Absage vom Postfach der Kassa aus senden und bestätigen, wann.',
      'waive-step': 'Ö-Ticket weiß es schon.',
      'close-by-hand': 'Die E-Mail ist dann Ihre Aufgabe.',
    },
    call: 'Den Betrieb des Mailservers.',
  },
  'mail-refused': {
    title: 'Die E-Mail an Ö-Ticket wurde abgelehnt',
    happened:
      'Der Mailserver hat sie für mindestens eine Adresse endgültig abgelehnt, oder er nimmt die Anmeldung von Absage nicht an, oder seinem Zertifikat ist nicht zu trauen. Wer sie schon hat, bekommt sie nicht noch einmal.',
    safe: 'An der abgelehnten Adresse ist sie nicht angekommen.',
    look: 'Stimmt die Adresse von Ö-Ticket in der Datei der Häuser? Was sagt `absage doctor`?',
    ways: {
      retry: 'Wenn Adresse oder Zugang stimmen und die Worker neu gestartet sind.',
      'confirm-step': 'Sie haben sie selbst gesendet.',
      'waive-step': 'Ö-Ticket weiß es schon.',
      'close-by-hand': 'Die E-Mail ist dann Ihre Aufgabe.',
    },
    call: 'Ö-Ticket um die richtige Adresse, sonst den technischen Betrieb.',
  },
  'mail-in-doubt': {
    title: 'Vielleicht ist die E-Mail angekommen',
    happened:
      'Die Verbindung ist abgerissen, nachdem der Mailserver den Text verlangt hatte. Die E-Mail kann angekommen sein.',
    safe: 'Sie wird nicht von selbst noch einmal gesendet.',
    look: 'Das Postfach der Kassa: dort kommt eine Kopie an. Oder die Message-ID von der Seite der Absage im Protokoll des Mailservers suchen lassen.',
    ways: {
      'treat-as-sent': 'Sie ist angekommen.',
      'send-again': 'Sie ist nicht angekommen. Sie geht genau einmal hinaus, mit derselben Message-ID.',
      'confirm-step': 'Sie haben sie inzwischen selbst gesendet.',
      'waive-step': 'Sie ist nicht mehr nötig.',
      'close-by-hand': USUAL_WAYS['close-by-hand'],
    },
    call: 'Ö-Ticket: Ist die E-Mail mit diesem Betreff da?',
  },
};
