export { cancelPerformance } from './cancel-performance';
export { reconcileCancellations } from './reconcile-cancellations';
