import type { CancellationInput, CasePolicy } from '../../src/domain/case';
import type { House, JetEvent, Order } from '../../src/domain/types';

/** Examples that tests vary: each call gives a fresh one. */

export function anOrder(changes: Partial<Order> = {}): Order {
  return {
    house: 'FSP',
    eventNumber: '104233',
    marker: 'ENTFÄLLT',
    reason: 'Die Vorstellung entfällt wegen einer technischen Störung.',
    expected: { title: 'Der Besuch der alten Dame', startsAt: '2027-01-05T19:30:00.000+01:00' },
    ...changes,
  };
}

export function aPolicy(changes: Partial<CasePolicy> = {}): CasePolicy {
  return {
    syncIntervalMs: 15 * 60_000,
    pollIntervalMs: 30_000,
    attentionAfterMs: 30 * 60_000,
    jetTimeoutMs: 8_000,
    marker: { position: 'suffix', separator: ' – ' },
    rightReserveMonths: 6,
    ...changes,
  };
}

export function anInput(changes: Partial<CancellationInput> = {}): CancellationInput {
  return {
    caseId: '7b0f6c1e-58f0-4f43-9f6a-0c6f2f3c9a11',
    order: anOrder(),
    orderedBy: 'test',
    policy: aPolicy(),
    hasFewTurns: true,
    ...changes,
  };
}

export function anEvent(changes: Partial<JetEvent> = {}): JetEvent {
  return {
    eventNumber: '104233',
    house: 'FSP',
    title: 'Der Besuch der alten Dame',
    customerTitle: 'Dürrenmatt: Der Besuch der alten Dame',
    externalMemo: 'Einlass ab 19 Uhr',
    status: 'ON_SALE',
    statusText: 'Verkaufsfreigabe',
    startsAt: '2027-01-05T19:30:00.000+01:00',
    venue: 'Großes Haus',
    location: 'St. Pölten',
    organiser: 'Festspielhaus St. Pölten',
    production: 'Der Besuch der alten Dame',
    soldViaPartner: true,
    limits: { title: 60, customerTitle: 80, externalMemo: 1_000 },
    version: '1',
    savedAt: '2026-11-03T08:00:00.000+01:00',
    readAt: '2026-11-04T18:00:00.000+01:00',
    ...changes,
  };
}

export function aHouse(changes: Partial<House> = {}): House {
  return {
    key: 'FSP',
    name: 'Festspielhaus St. Pölten',
    backend: 'gateway',
    marker: { position: 'suffix', separator: ' – ' },
    connectOnlineUser: 'CONNECTONLINE',
    maskLimits: null,
    rightReserveMonths: 6,
    boxOffice: { name: 'Kartenbüro', email: 'karten@festspielhaus.example', phone: '+43 2742 000 100' },
    partnerNotice: {
      to: 'absagen@oeticket.example',
      from: 'karten@festspielhaus.example',
      cc: ['karten@festspielhaus.example'],
    },
    alerts: { to: 'dienst@festspielhaus.example' },
    approval: { needed: 'never', expiresMs: 4 * 3_600_000, to: [] },
    retention: { contactMonths: 36 },
    contacts: { partner: null, ticketingTeam: null },
    tasks: [],
    company: {
      name: 'Musterbühnen',
      legalForm: 'GmbH',
      seat: 'St. Pölten',
      registerNumber: 'FN 000001a',
      court: 'Landesgericht St. Pölten',
    },
    ...changes,
  };
}
