import { randomUUID } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import type { EventAddress } from '../cases/which-case';
import type { Draft } from './forms';
import type { KeptForms } from './kept-forms';
import './turned-away';

/** The parameter of an address that names a draft. The words themselves stand in no address. */
export const DRAFT = 'entwurf';

/** The page on which an order is checked before it is placed. */
function checkPath({ house, eventNumber }: EventAddress): string {
  return `${formPath({ house, eventNumber })}/pruefen`;
}

export function formPath({ house, eventNumber }: EventAddress): string {
  return `/absagen/neu/${house}/${eventNumber}`;
}

/**
 * Drafts of orders, kept as forms are that were turned away: for half an hour, for the browser that sent them alone. So the
 * page of the check has an address of its own, and Back and a reload send nothing again.
 */
export class Drafts {
  constructor(private readonly kept: KeptForms) {}

  /** Keeps what was filled in. Returns the address that shows it for a check. */
  async keep({ session }: FastifyRequest, event: EventAddress, fields: Draft): Promise<string> {
    const browser = session.get('browser') ?? randomUUID();
    session.set('browser', browser);
    const path = checkPath(event);
    const { id } = await this.kept.keep(browser, { path, page: formPath(event), fields });
    return `${path}?${DRAFT}=${id}`;
  }

  /** `null`: the address names none, or one that is gone, or another browser's. */
  async find(
    { session, query }: FastifyRequest,
    event: EventAddress,
  ): Promise<{ id: string; fields: Draft } | null> {
    const form = await this.kept.find(session.get('browser'), idIn(query));
    return form?.path === checkPath(event) ? form : null;
  }

  /** Whether an address names a draft that is not there any more. */
  async isGone(request: FastifyRequest, event: EventAddress): Promise<boolean> {
    return idIn(request.query) !== undefined && (await this.find(request, event)) === null;
  }

  /** The order was placed: its drafts have served their purpose. */
  async forget({ session }: FastifyRequest, event: EventAddress): Promise<void> {
    await this.kept.forget(session.get('browser'), checkPath(event));
  }
}

function idIn(query: unknown): unknown {
  return (query as Record<string, unknown>)[DRAFT];
}
