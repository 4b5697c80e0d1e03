export { cancelPerformance } from './cancel-performance';
