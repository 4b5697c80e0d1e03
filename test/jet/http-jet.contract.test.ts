import { TestSimulator } from '../support/simulator';
import { describeJetPort } from './jet-port-contract';

let simulator: TestSimulator;

beforeAll(async () => {
  simulator = await TestSimulator.start();
});
beforeEach(() => simulator.control('POST', '/reset'));
afterAll(() => simulator.stop());

describeJetPort('the HTTP adapter against the simulator', () => ({
  jet: simulator.jet(),
  editByHand: (eventNumber) => simulator.control('POST', '/human-edits', { eventNumber, set: {} }),
}));
