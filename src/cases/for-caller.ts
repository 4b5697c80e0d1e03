import { whoMay } from '../domain/rights';
import type { Action } from '../domain/vocabulary';
import { mayDo, type Caller } from './caller';
import type { CancellationView, CaseView } from './view';

/** Readings of a case are shared; what may be done with it is each caller's own. */
export function forCaller(caller: Caller, view: CaseView): CancellationView {
  const may = (action: Action) => mayDo(caller, view.house, action);
  const { allowedActions, attention, byHand } = view;
  return {
    ...view,
    allowedActions: allowedActions.filter(may),
    attention: attention && { ...attention, actions: attention.actions.filter(may) },
    byHand: may('confirm-step') ? byHand : null,
    reservedActions: allowedActions
      .filter((action) => !may(action))
      .map((action) => ({ action, text: whoMay(action) })),
  };
}
