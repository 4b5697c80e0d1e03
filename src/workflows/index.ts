export { cancelPerformance } from './cancel-performance';
export { cancelSeries } from './cancel-series';
export { eraseContacts } from './erase-contacts';
export { planSeries } from './plan-series';
export { reconcileCancellations } from './reconcile-cancellations';
export { watchStatus } from './watch-status';
