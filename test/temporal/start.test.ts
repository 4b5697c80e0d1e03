import { caseStartOptions } from '../../src/temporal/start';
import { SEARCH_ATTRIBUTES } from '../../src/temporal/search-attributes';
import { anInput, anOrder } from '../support/examples';

const DIGEST = 'a'.repeat(64);

it('gives a case one id for its event, and its order whole', () => {
  const input = anInput({ order: anOrder({ house: 'FSP', eventNumber: '104233' }) });
  expect(caseStartOptions(input, DIGEST)).toMatchObject({
    taskQueue: 'absage',
    workflowId: 'cancel-performance/FSP/104233',
    workflowIdReusePolicy: 'ALLOW_DUPLICATE_FAILED_ONLY',
    workflowIdConflictPolicy: 'FAIL',
    args: [input],
  });
});

it('names the performance without its marker, wherever people read it', () => {
  const expected = { title: 'Faust – ENTFÄLLT', startsAt: '2027-01-05T19:30:00.000+01:00' };
  const input = anInput({ order: anOrder({ expected }) });
  const { memo, staticSummary } = caseStartOptions(input, DIGEST);
  expect(memo).toEqual({ caseId: input.caseId, orderDigest: DIGEST, title: 'Faust' });
  expect(staticSummary).toContain('Faust');
  expect(staticSummary).not.toContain('ENTFÄLLT');
});

it('has a value for every search attribute', () => {
  const series = { id: '6f9f1f0e-7c1e-4f0c-9d5e-2f7a54b0a001' };
  const { typedSearchAttributes } = caseStartOptions(anInput({ series }), DIGEST);
  const given = typedSearchAttributes.getAll().map(({ key }) => key.name);
  expect(given).toEqual(SEARCH_ATTRIBUTES.map(({ name }) => name));
});

it('lets a run follow a completed one only where that is asked for', () => {
  expect(caseStartOptions(anInput(), DIGEST, true)).toMatchObject({
    workflowIdReusePolicy: 'ALLOW_DUPLICATE',
    workflowIdConflictPolicy: 'FAIL',
  });
});
