export { cancelPerformance } from './cancel-performance';
export { eraseContacts } from './erase-contacts';
export { reconcileCancellations } from './reconcile-cancellations';
export { watchStatus } from './watch-status';
