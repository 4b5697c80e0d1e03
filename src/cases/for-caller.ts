import { whoMay } from '../domain/rights';
import type { Action } from '../domain/vocabulary';
import { mayDo, type Caller } from './caller';
import { decisionFault } from './decision-fault';
import type { CancellationView, CaseView, ReservedAction } from './view';

/** Readings of a case are shared; what may be done with it is each caller's own. */
export function forCaller(caller: Caller, { secondPerson, ...view }: CaseView): CancellationView {
  const may = (action: Action) => mayDo(caller, view.house, action);
  const { allowedActions, attention, byHand } = view;
  const reservedActions = allowedActions.flatMap((action): ReservedAction[] => {
    if (!may(action)) return [{ action, code: 'not-allowed', text: whoMay(action) }];
    const fault = decisionFault(caller, action, secondPerson);
    return fault ? [{ action, ...fault }] : [];
  });
  const isReserved = (action: Action) => reservedActions.some((reserved) => reserved.action === action);
  return {
    ...view,
    allowedActions: allowedActions.filter((action) => !isReserved(action)),
    attention: attention && { ...attention, actions: attention.actions.filter(may) },
    byHand: may('confirm-step') ? byHand : null,
    reservedActions,
  };
}
